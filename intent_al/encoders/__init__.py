"""Texts to vectors, for what looks alike: near duplicates and diversity."""
