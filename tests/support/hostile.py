"""What strangers write: script, SQL, templates, direction marks, control characters, and much."""

from __future__ import annotations

import random
from collections.abc import Sequence

SCRIPTS = (
    "<script>window.hacked = 1</script>",
    "<img src=x onerror='window.hacked = 1'>",
    '"><svg onload=window.hacked=1>',
    "'><iframe srcdoc='<script>parent.hacked=1</script>'>",
    "</script><script>window.hacked = 1</script>",
    "</textarea><script>window.hacked=1</script>",
    "</title><script>window.hacked=1</script>",
    "<a href='javascript:window.hacked=1'>click</a>",
    "javascript:window.hacked=1",
    "<style>body{display:none}</style>",
    "<base href='https://evil.example/'>",
    "<form action='https://evil.example'><input name=csrf>",
    "--><script>window.hacked=1</script><!--",
    "\u2028<script>window.hacked=1</script>\u2029",
)
OTHERS = (
    "'; DROP TABLE utterance; --",
    "1' OR '1'='1",
    "%' ESCAPE '\\",
    "{{ 7 * 7 }} {% raw %}",
    "{{ config.items() }}",
    "{0.__class__} %s %(x)s ${7*7}",
    '=HYPERLINK("https://evil.example")',
    "\u202egnp.exe\u202c \u2066x\u2069",
    "\x00\x07\x1b[31mred\x1b]0;title\x07",
    "line\nbreak\r\nand\ttab",
    '[x](y) [a]{"entity": "b"} ![z](https://evil.example)',
    "# comment | > - : & * ! % @ `",
    "👩‍👩‍👧‍👦 e\u0301\u0301\u0301 ﷽ Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "שלום <b>עולם</b> مرحبا",
    "../../etc/passwd",
    "",
    " ",
)


def texts(count: int, seed: int = 0) -> Sequence[str]:
    """Different ones, the fixed ones first, then pieces of them put together; one has 100 kB."""
    rng = random.Random(seed)
    found = dict.fromkeys([*SCRIPTS, *OTHERS, "<b>long</b> " * 8_334])
    pieces = [*SCRIPTS, *OTHERS]
    while len(found) < count:
        found[" ".join(rng.sample(pieces, 3)) + f" {len(found)}"] = None
    return list(found)[:count]
