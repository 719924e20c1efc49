"""One text under two intents: whatever the model makes of it, it is wrong somewhere."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from intent_al.texts.near import NearIndex
from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.wording import listed, quoted
from intent_al.training_data.placed import PlacedExample

_MOST_RELATED = 10
SAME, NEAR, DUPLICATE = "same-text-two-intents", "near-text-two-intents", "duplicate-example"


def same_text(inputs: Inputs) -> Iterator[Finding]:
    """One finding a text, where it stands most seldom: that is most likely the wrong place."""
    for text, examples in _conflicts(inputs.data.examples).items():
        often = Counter(one.example.intent for one in examples)
        odd = min(reversed(often), key=lambda intent: often[intent])
        first = next(one for one in examples if one.example.intent == odd)
        message = (
            f"{quoted(text)} stands under {listed(often)}, which a model cannot learn; keep it "
            "under one intent"
        )
        related = tuple(one.place for one in examples if one is not first)
        yield Finding(SAME, Severity.ERROR, message, first.place, related, about=text)


def _conflicts(examples: Sequence[PlacedExample]) -> dict[str, list[PlacedExample]]:
    by_text: defaultdict[str, list[PlacedExample]] = defaultdict(list)
    for one in examples:
        if one.example.text:
            by_text[one.example.text].append(one)
    return {
        text: found for text, found in by_text.items() if len({o.example.intent for o in found}) > 1
    }


def near_text(inputs: Inputs) -> Iterator[Finding]:
    """Each pair is told once, at the text that has fewer near texts of its own intent."""
    wrong_anyway = _conflicts(inputs.data.examples)
    distinct: dict[tuple[str, str], PlacedExample] = {}
    for one in inputs.data.examples:
        if one.example.text and one.example.text not in wrong_anyway:
            distinct.setdefault((one.example.text, one.example.intent), one)
    examples = list(distinct.values())
    for (_, intent), (members, rivals, is_typo) in _near_pairs(examples).items():
        nearest = examples[rivals[0]].example
        how = "is one typo away from" if is_typo else "is nearly"
        more = f" and {len(rivals) - 1:,} more" if len(rivals) > 1 else ""
        related = tuple(examples[number].place for number in rivals[:_MOST_RELATED])
        for number in members:
            text, place = examples[number].example.text, examples[number].place
            message = (
                f"{quoted(text)} ({intent}) {how} {quoted(nearest.text)} ({nearest.intent}){more}; "
                "keep both under one intent, or tell them apart"
            )
            yield Finding(NEAR, Severity.WARNING, message, place, related, about=text)


def _near_pairs(
    examples: Sequence[PlacedExample],
) -> dict[tuple[str, str], tuple[list[int], list[int], bool]]:
    """(normal form, intent) -> its examples, the rivals to tell them of, whether by a typo alone.

    By normal form, not by example: thousands of order numbers have one.
    """
    index = NearIndex((one.example.text, one.example.intent) for one in examples)
    members: defaultdict[str, dict[str, list[int]]] = defaultdict(dict)
    for form, numbers in index.by_form.items():
        for number in numbers:
            members[form].setdefault(examples[number].example.intent, []).append(number)
    near: dict[str, list[str]] = {}
    weight: dict[tuple[str, str], tuple[int, int]] = {}
    for form in index.by_form:
        forms = [form, *index.typos(form)]
        if len({intent for each in forms for intent in members[each]}) == 1:
            continue
        near[form] = forms
        for intent, own in members[form].items():
            support = sum(len(members[each].get(intent, ())) for each in forms)
            weight[form, intent] = (support, -own[0])
    found = {}
    for form, intent in weight:
        stronger = [
            (each, other)
            for each in near[form]
            for other in members[each]
            if other != intent and weight[form, intent] < weight[each, other]
        ]
        if stronger:
            rivals = [number for each, other in stronger for number in members[each][other]]
            found[form, intent] = (members[form][intent], rivals, stronger[0][0] != form)
    return found


def duplicates(inputs: Inputs) -> Iterator[Finding]:
    """Every repetition; Rasa trains on each example once."""
    first: dict[tuple[object, str | None], PlacedExample] = {}
    for one in inputs.data.examples:
        known = first.setdefault((one.example, one.metadata), one)
        if known is one:
            continue
        text, intent = one.example.text, one.example.intent
        message = (
            f"{quoted(text)} is an example of {intent} already, and Rasa learns it once; remove "
            "this line"
        )
        yield Finding(DUPLICATE, Severity.NOTE, message, one.place, (known.place,), about=text)
