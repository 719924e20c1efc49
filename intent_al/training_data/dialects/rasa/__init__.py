"""Rasa 3's training data: NLU files, domain, what mentions a name."""
