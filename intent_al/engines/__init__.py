"""Who predicts and is trained, behind one protocol."""
