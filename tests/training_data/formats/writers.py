"""A writer for the format that is read only, so that the contract can be put to its reader."""

from __future__ import annotations

import json
from collections.abc import Sequence

from intent_al.training_data.dialects.rasa.whole_json import RasaJson
from intent_al.training_data.formats import Format, Lost, Written, built_in, format_named
from intent_al.training_data.formats.base import unstorable
from intent_al.training_data.formats.records import entity_objects
from intent_al.training_data.placed import PlacedExample


class WritingRasaJson(RasaJson):
    writable = True

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        reasons = [(one, self.refusal(one)) for one in examples]
        items = [
            {
                "text": one.example.text,
                "intent": one.example.intent,
                "entities": entity_objects(one.example.entities),
                **({} if one.metadata is None else {"metadata": json.loads(one.metadata)}),
            }
            for one, reason in reasons
            if not reason
        ]
        text = json.dumps({"rasa_nlu_data": {"common_examples": items}}, indent=1)
        lost = tuple(Lost(one.example, reason) for one, reason in reasons if reason)
        return Written(text.encode(), lost)

    @staticmethod
    def refusal(one: PlacedExample) -> str | None:
        return unstorable(one)


def every_format() -> list[Format]:
    """All built-in formats, each able to write."""
    writers: dict[str, Format] = {"rasa_json": WritingRasaJson()}
    return [writers.get(name) or format_named(name) for name in built_in()]
