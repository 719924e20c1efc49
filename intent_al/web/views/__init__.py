"""The pages, a blueprint each."""

from intent_al.web.views.api import blueprint as api
from intent_al.web.views.audit import blueprint as audit
from intent_al.web.views.changes import blueprint as changes
from intent_al.web.views.health import blueprint as health
from intent_al.web.views.history import blueprint as history
from intent_al.web.views.keys import blueprint as keys
from intent_al.web.views.login import blueprint as login
from intent_al.web.views.progress import blueprint as progress
from intent_al.web.views.queue import blueprint as queue
from intent_al.web.views.review import blueprint as review

BLUEPRINTS = (login, review, queue, changes, history, progress, keys, audit, health, api)
