"""Texts of all of Unicode, with what changes the meaning of its neighbours more often than chance
would have it."""

from __future__ import annotations

import unicodedata

from hypothesis import strategies as st

_MEANING = (
    "👍👎🏽🇩🇪🏴\u200d\ufe0f\u20e3\U000e0067\U000e007f💻❤❓'`´’.?!$€ 0１٣a"
    "Ißςıİ\u0307\u0301\u0323\u200b\u0640क्षि한가"
)
_TOGETHER = (
    "1\ufe0f\u20e3",
    "٣\u20e3",
    "7'\u20e3",
    "i'\u0307",
    "a\u200d\u0301\u0323",
    "👩🏽\u200d💻",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
)
# Surrogates too: half a character comes out of a log that was cut.
_pieces = st.one_of(
    st.characters(exclude_categories=()), st.sampled_from(_MEANING), st.sampled_from(_TOGETHER)
)
texts = st.lists(_pieces, max_size=10).map("".join)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Two spellings of one text that is not blank: what nobody would take for another."""
    words = draw(st.lists(_word, min_size=1, max_size=5))
    return " ".join(words), "".join(draw(_written(word)) for word in words) + draw(_end)


_word = st.one_of(
    st.text(st.characters(categories=("Lu", "Ll", "Lo")), min_size=1, max_size=8),
    st.sampled_from(
        ("👍", "👩\u200d💻", "🇩🇪", "1\ufe0f\u20e3", "€", "42", "o'clock", "कि", "straße")
    ),
)
_end = st.sampled_from(("", "!", "…", " ?", "。", "\u200b"))
_ways = (
    lambda word: word,
    lambda word: word.casefold(),
    lambda word: unicodedata.normalize("NFD", word),
    lambda word: unicodedata.normalize("NFC", word),
    lambda word: word.replace("4", "９").replace("2", "٧٧"),
    lambda word: word.replace("'", "’"),
    lambda word: word.replace("👍", "👍🏾").replace("👩", "👩🏽"),
    lambda word: "\ufeff" + word + "\ufe0f",
    lambda word: f"«{word}»,",
)


def _written(word: str) -> st.SearchStrategy[str]:
    spaces = st.sampled_from((" ", "  ", "\t", " - "))
    return st.builds(lambda way, space: way(word) + space, st.sampled_from(_ways), spaces)
