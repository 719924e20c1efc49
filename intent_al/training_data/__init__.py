"""The bot's training files: read with places, changed by inserting text, written all or none."""
