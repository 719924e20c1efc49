"""Active learning for chatbots: from production conversations to better training data."""

__version__ = "0.1.0"
