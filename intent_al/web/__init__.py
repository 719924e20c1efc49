"""The review page: where people decide, all day, what utterances mean.

A factory, blueprints and plain forms: script makes the page faster, never possible. ``access`` says
who may do what, ``security`` what no request gets around, ``context`` what all requests share.
"""

from intent_al.web.app import create_app

__all__ = ["create_app"]
