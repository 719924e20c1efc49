"""The texts that people ask most, spellings merged."""

from __future__ import annotations

from intent_al.insights.questions import merge_spellings
from intent_al.store import utterances
from intent_al.store.utterances import Spoken
from intent_al.web.context import context, store

SHOWN = 10
SPELLINGS = 10
"""Read for each text that is shown, since one text has several."""


def asked_most() -> list[Spoken]:
    bot = context().project.settings.bot.name
    return merge_spellings(utterances.most_asked(store(), bot, SPELLINGS * SHOWN), SHOWN)
