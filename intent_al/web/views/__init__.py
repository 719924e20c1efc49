"""The pages, a blueprint each."""

from intent_al.web.views import (
    audit,
    changes,
    gaps,
    health,
    history,
    keys,
    login,
    progress,
    queue,
    review,
    together,
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
    together,
)
BLUEPRINTS = tuple(page.blueprint for page in _PAGES)
