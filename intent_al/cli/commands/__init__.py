"""One thin file a command, named as the command is."""
