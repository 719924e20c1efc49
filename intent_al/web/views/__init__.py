"""The pages, a blueprint each."""

from intent_al.web.views import (
    audit,
    bulk,
    changes,
    gaps,
    health,
    history,
    keys,
    login,
    progress,
    queue,
    review,
)

_PAGES = (
    login,
    review,
    queue,
    gaps,
    changes,
    history,
    progress,
    keys,
    audit,
    health,
    bulk,
)
BLUEPRINTS = tuple(page.blueprint for page in _PAGES)
