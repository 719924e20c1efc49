"""Labelled data replayed as if it had to be bought: what is a strategy worth here?"""
