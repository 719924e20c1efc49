"""All that knows Rasa's programs: its interpreter, its archives, its server, its commands."""
