"""The JSON API: all that the page does, for its own script and for programs."""

from intent_al.web.api import overview, own, reviewing
from intent_al.web.api.endpoint import ENDPOINTS, blueprint

__all__ = ["ENDPOINTS", "blueprint", "overview", "own", "reviewing"]
