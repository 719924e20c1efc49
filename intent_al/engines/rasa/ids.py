"""Under which id the predictions of a bot's model are stored, however it was asked."""

PREFIX = "rasa-"


def stored_id(model_id: str) -> str:
    """The id of a model as Rasa gives it, told apart from ids of models of our own."""
    return f"{PREFIX}{model_id}"
