"""What is to change in a bot's files, and whether it may."""
