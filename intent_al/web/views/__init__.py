"""The pages, a blueprint each."""

from intent_al.web.views import (
    api,
    audit,
    changes,
    health,
    history,
    keys,
    login,
    progress,
    queue,
    review,
)

_PAGES = (login, review, queue, changes, history, progress, keys, audit, health, api)
BLUEPRINTS = tuple(page.blueprint for page in _PAGES)
