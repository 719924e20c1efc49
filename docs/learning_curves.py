"""Draws the learning curves of ``docs/strategies.md`` and prints its table.

``python docs/learning_curves.py FOLDER`` reads the simulations that
``INTENT_AL_SIMULATIONS=FOLDER python -m tests.benchmarks strategies`` has left there, and runs what
is missing.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from intent_al.simulation import curves
from intent_al.simulation.loop import STRATIFIED
from intent_al.simulation.run import RANDOM, Result
from intent_al.simulation.summary import Summary
from intent_al.strategies.registry import DEFAULT
from tests.benchmarks import bench_strategies
from tests.benchmarks.intent_pools import SETS

IMAGES = Path(__file__).resolve().parent / "images"
TITLES = {
    "banking77": "Banking77: 77 intents, 10,003 texts",
    "clinc150": "CLINC150: 150 intents, 14,998 texts",
    "production": "As in production: lopsided, with copies, a fifth out of scope",
}
DRAWN = (RANDOM, STRATIFIED, DEFAULT, "margin", "margin_kmeans", "badge", "typiclust", "entropy")
SHARES = (0.95, 0.98)


def main(folder: Path) -> None:
    IMAGES.mkdir(exist_ok=True)
    results = {name: bench_strategies.measure(name, folder) for name in SETS}
    for name, result in results.items():
        drawn = {one: result.curves[one] for one in DRAWN if one in result.curves}
        picture = curves.draw(dataclasses.replace(result, curves=drawn), "png", title=TITLES[name])
        (IMAGES / f"curves-{name}.png").write_bytes(picture)
    sys.stdout.write("\n".join(table(results)) + "\n")


def table(results: dict[str, Result]) -> list[str]:
    """Markdown: labels to each share on each set, the ratio to random behind it."""
    heads = [f"{name} {share:.0%}" for name in results for share in SHARES]
    lines = [f"| strategy | {' | '.join(heads)} |", "|---" * (len(heads) + 1) + "|"]
    rows = {
        name: {one.strategy: one for one in result.summaries} for name, result in results.items()
    }
    order = rows["banking77"]
    ranked = sorted(order, key=lambda one: _labels(order[one]))
    for strategy in ranked:
        cells = [_cell(rows[name].get(strategy), share) for name in results for share in SHARES]
        lines.append(f"| `{strategy}` | {' | '.join(cells)} |")
    return lines


def _labels(one: Summary) -> float:
    found = one.labels[SHARES[0]]
    return float("inf") if found is None else found.mean


def _cell(one: Summary | None, share: float) -> str:
    if one is None or one.labels[share] is None:
        return "-"
    labels, ratio = one.labels[share], one.ratios[share]
    assert labels is not None
    words = f"{labels.mean:,.0f}" + ("" if ratio is None else f" ({ratio:.2f})")
    return f"{words} ↓" if one.worse else words


if __name__ == "__main__":
    main(Path(sys.argv[1]))
