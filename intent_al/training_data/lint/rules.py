"""The rules that lint asks, worst first."""

from __future__ import annotations

from intent_al.training_data.lint import (
    UNREADABLE,
    Rule,
    decided,
    held_out,
    markup,
    names,
    skipped,
    texts,
)
from intent_al.training_data.lint.findings import Severity
from intent_al.training_data.placed import OVERRULED, SKIPPED

_ERROR, _WARNING, _NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE

RULES: tuple[Rule, ...] = (
    Rule(
        UNREADABLE,
        _ERROR,
        "Rasa rejects the file, and trains without everything in it.",
        lambda inputs: inputs.unreadable,
    ),
    Rule(
        texts.SAME,
        _ERROR,
        "One text stands under two intents.",
        texts.same_text,
    ),
    Rule(
        names.INTENT,
        _ERROR,
        "An intent has examples and is not in the domain.",
        names.intents,
    ),
    Rule(
        held_out.EXACT,
        _ERROR,
        "A text that `gate` judges by is in the training data.",
        held_out.exact,
    ),
    Rule(
        texts.NEAR,
        _WARNING,
        "Two texts under two intents differ in case, punctuation, spacing, digits or one typo.",
        texts.near_text,
    ),
    Rule(
        held_out.NEAR,
        _WARNING,
        "A test text and a training text differ no more than that.",
        held_out.near,
    ),
    Rule(
        decided.CONTRADICTS,
        _WARNING,
        "A reviewer's decision that waits for `apply` gives an example's text another intent.",
        decided.contradictions,
    ),
    Rule(
        markup.MISSING,
        _WARNING,
        "A word is annotated in other examples of the intent and plain text in this one.",
        markup.not_annotated,
    ),
    Rule(
        markup.TWO_NAMES,
        _WARNING,
        "A word between the same words is annotated as two entities in one intent.",
        markup.two_names,
    ),
    Rule(
        names.ENTITY,
        _WARNING,
        "An entity is annotated and not in the domain.",
        names.entities,
    ),
    Rule(
        names.ROLE,
        _WARNING,
        "A role or group is annotated and not listed with its entity in the domain.",
        names.roles,
    ),
    Rule(
        SKIPPED,
        _WARNING,
        "Rasa skips a line, an item or a file, or reads it otherwise than it looks.",
        skipped.lines,
    ),
    Rule(
        OVERRULED,
        _WARNING,
        "A text is a synonym of two values; the last one counts.",
        skipped.synonyms,
    ),
    Rule(
        texts.DUPLICATE,
        _NOTE,
        "An example stands there twice; Rasa learns it once.",
        texts.duplicates,
    ),
    Rule(
        names.NO_EXAMPLES,
        _NOTE,
        "An intent of the domain has no examples.",
        names.without_examples,
    ),
)
