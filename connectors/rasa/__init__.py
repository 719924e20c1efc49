"""Rasa's events, wherever they are stored."""
