"""How the work goes: left, per day, per person, agreement, and what the model confuses."""

from __future__ import annotations

from flask import Blueprint, render_template

from intent_al.insights.questions import merge_spellings
from intent_al.store import history, utterances
from intent_al.store.utterances import Spoken
from intent_al.web.access import Permission, needs
from intent_al.web.context import desk, now, store

DAYS = 30
SHOWN = 10
SPELLINGS = 10
"""Read for each text that is shown, since one text has several."""

blueprint = Blueprint("progress", __name__)


@blueprint.get("/progress")
@needs(Permission.READ)
def progress() -> str:
    days = history.per_day(store(), now() - DAYS * 86_400)
    return render_template(
        "progress.html",
        counts=history.counts(store()),
        days=days,
        highest=max((one.decided for one in days), default=1),
        people=history.people(store()),
        agreements=history.agreements(store()),
        corrected=history.corrected(store(), SHOWN),
        asked=asked_most(),
    )


def asked_most() -> list[Spoken]:
    bot = desk().project.settings.bot.name
    return merge_spellings(utterances.most_asked(store(), bot, SPELLINGS * SHOWN), SHOWN)
