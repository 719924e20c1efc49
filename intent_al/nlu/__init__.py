"""Who predicts: models that turn texts into intent probabilities and entity spans."""
