"""Spans: what is done with them whoever found them."""
