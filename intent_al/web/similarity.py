"""What of all that waits resembles a text: by its words, and by what the model makes of both.

Words that are rare in the queue count more, and so does it that the model finds the same intents
likeliest: words alone bring together what is worded alike. Of what is listed beside a message 27 %
(Banking77) and 43 % (CLINC150) have its intent, of what is ticked 71 % and 84 %, by
``python -m tests.benchmarks similarity``; with words alone it was 4 %.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from intent_al.records import FloatArray
from intent_al.store.listing import Waiting
from intent_al.texts import ngrams

LISTED, TICKED = 1 / 3, 0.6
_WORDS, _SAME_FIRST, _CROSSED = 5 / 6, 1 / 6, 1 / 12


class Crowd:
    """Texts that wait, ready to be compared with another one."""

    def __init__(self, waiting: Sequence[Waiting]) -> None:
        from sklearn.feature_extraction.text import TfidfTransformer

        self.ids = [one.id for one in waiting]
        self._idf = TfidfTransformer()
        if waiting:
            self._rows = self._idf.fit_transform(ngrams.encode([one.text for one in waiting]))
        self._first = np.array([one.likeliest or "" for one in waiting], dtype=object)
        self._second = np.array([one.second or "" for one in waiting], dtype=object)

    def alike(self, text: str, likeliest: str | None, second: str | None) -> FloatArray:
        """(n,) in [0, 1], for each that waits; 1 for the same text with the same intents."""
        if not self.ids:
            return np.zeros(0, dtype=np.float32)
        row = self._idf.transform(ngrams.encode([text]))
        words = (self._rows @ row.T).toarray().ravel()
        same = self._first == likeliest
        crossed = ~same & ((self._first == second) | (self._second == likeliest))
        found = _WORDS * words + _SAME_FIRST * same + _CROSSED * crossed
        return np.asarray(found, dtype=np.float32)
