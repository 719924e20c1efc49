"""What language a text is in, as logs say it: one short tag for each, so that texts can be counted.

The same text in two languages is two utterances, so ``de``, ``DE``, ``de_DE`` and ``de-AT`` must
not make four of it. A model hears a language and a script, not a country: those two are kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

UNDETERMINED = "und"
"""Nobody says which language it is (ISO 639-2)."""

_UNSAID = frozenset({UNDETERMINED, "mis", "mul", "zxx", "nan"})
"""Codes that name no language; ``nan`` is how tables write a missing value more often than it is
Min Nan."""
_RENAMED = {"iw": "he", "in": "id", "ji": "yi"}
"""What Java and old telephones still call them."""
_TRADITIONAL = frozenset({"TW", "HK", "MO"})
"""Where Chinese is written in traditional characters."""
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SCRIPT = re.compile(r"[A-Za-z]{4}")
_END = re.compile(r"[.@,;\s]")


def language_tag(said: object) -> str | None:
    """The language that a source names, or None where what it says names none.

    A tag of BCP 47 (``zh-Hant-TW``) or of a locale (``pt_BR.UTF-8``), in upper or lower case; of a
    list (``de-AT,de;q=0.9``) the first. What comes back is the language in lower case, and its
    script where that is given: ``hi-Latn`` is another language to a model than ``hi``. Chinese of
    Taiwan, Hong Kong and Macao is ``zh-Hant``, all other is ``zh``. Names ("German"), numbers and
    other values are no tags.
    """
    if not isinstance(said, str):
        return None
    first, *rest = _END.split(said.strip(), maxsplit=1)[0].replace("_", "-").split("-")
    language = first.lower()
    language = _RENAMED.get(language, language)
    if not _LANGUAGE.fullmatch(language) or language in _UNSAID:
        return None
    script = _script(rest)
    if language == "zh":
        if not script and not _TRADITIONAL.isdisjoint(one.upper() for one in rest):
            script = "Hant"
        script = script if script != "Hans" else ""
    return f"{language}-{script}" if script else language


def _script(subtags: Iterable[str]) -> str:
    """The first subtag of four letters, which no region and no variant is."""
    found = next((one for one in subtags if len(one) == 1 or _SCRIPT.fullmatch(one)), "")
    return found.title() if len(found) > 1 else ""
