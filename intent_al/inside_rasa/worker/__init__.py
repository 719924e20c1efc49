"""The bot's own model, loaded once and asked in batches by a process outside of Rasa.

Rasa parses one message at a time: DIET alone takes 9 ms of 20 so. Whole batches through the same
components take a tenth of that, and the components are asked for what they keep to themselves: the
ranking of all intents, the probability of every entity span, the embedding of the sentence.
"""
