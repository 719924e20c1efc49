"""Where things lie: the repository, the bot that it brings, and data that lives outside of it."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE_BOT = ROOT / "example_bot"
DATA = Path(os.environ.get("INTENT_AL_DATA", ROOT.parent / "shared" / "data"))
"""Real bots and logs; tests that read them are skipped where they are not."""
