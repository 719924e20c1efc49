"""What runs in the bot's own interpreter, beside Rasa.

Standard library, numpy and rasa only, in the syntax of Python 3.8: this folder is loaded by its
path into an environment whose pins forbid everything else that we depend on. It imports nothing
from the rest of the project; the rest of the project may import it.
"""
