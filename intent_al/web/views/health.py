"""For machines that watch: is it alive, and how is it doing?"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from intent_al.store.overview import overview
from intent_al.web.access import Permission, needs
from intent_al.web.context import context, store

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Says that the store answers, and nothing else: everybody may ask."""
    store().count("SELECT 1")
    return jsonify(status="ok")


@blueprint.get("/metrics")
@needs(Permission.READ)
def metrics() -> Response:
    found = overview(store(), context().project.settings.bot.name)
    gauges = {
        "intent_al_queue_open": ("Items that wait for a human.", found.in_queue),
        "intent_al_decided": ("Utterances that were decided.", found.decided),
        "intent_al_waiting_for_apply": ("Decisions not in the files yet.", found.waiting_for_apply),
        "intent_al_utterances": ("Different free texts.", found.utterances),
        "intent_al_user_turns": ("Messages of users.", found.user_turns),
    }
    text = context().metrics.render(
        {name: (words, value) for name, (words, value) in gauges.items()}
    )
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")
