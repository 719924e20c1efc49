"""A bot's project on disk: its settings, its state folder, its locks."""
