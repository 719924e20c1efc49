"""How many labels each strategy saves: Banking77, CLINC150 and a pool like production's.

``INTENT_AL_SETS`` names some of the sets, ``INTENT_AL_STRATEGIES`` some strategies, and
``INTENT_AL_SIMULATIONS`` a folder for what is run, so that a long run can be stopped. All of it
takes some hours.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from intent_al.encoders.registry import open_encoder
from intent_al.errors import ConfigError
from intent_al.simulation.loop import STRATIFIED, Plan
from intent_al.simulation.run import LINEAR, Result, Simulation, open_bench, simulate
from intent_al.simulation.summary import Summary, ratio_of_means
from intent_al.strategies.registry import BUILT_IN, DEFAULT
from tests.benchmarks.figures import Figure
from tests.benchmarks.intent_pools import SETS
from tests.support.places import DATA

ENCODER = "wordllama"
SEEDS = (10, 11, 12, 13, 14)
"""Not those that the default was tuned on (0 to 5), though of the same texts and tests."""

REACH = {
    "banking77": {0.95: 0.36, 0.98: 0.32},
    "clinc150": {0.95: 0.36, 0.98: 0.32},
    "production": {0.95: 0.20},
}
_NOTHING_TO_SEE = ("uncertainty", "entity_ambiguity", "chronological")
"""These sets have neither entities, without which uncertainty is margin, nor an order."""


def names() -> tuple[str, ...]:
    asked = os.environ.get("INTENT_AL_STRATEGIES")
    if asked:
        return tuple(asked.split(","))
    return tuple(name for name in BUILT_IN if name not in _NOTHING_TO_SEE)


def measure(name: str, folder: Path) -> Result:
    """All strategies on one set."""
    task = SETS[name]()
    encoder = open_encoder(ENCODER, [])
    bench = open_bench(task, encoder.encode(task.texts), encoder.encode(task.tests), LINEAR)
    simulation = Simulation(names(), SEEDS, Plan(macro=name == "production"), LINEAR)

    def tell(done: int, total: int | None) -> None:
        print(f"{name}: {done} of {total} arms", file=sys.stderr, flush=True)

    return simulate(bench, simulation, folder / name, encoder=encoder.encoder_id, progress=tell)


def run() -> list[Figure]:
    if not (DATA / "clinc150").is_dir():
        return [Figure(f"strategies: not measured, no data in {DATA}", "")]
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(os.environ.get("INTENT_AL_SIMULATIONS", temporary))
        for name in os.environ.get("INTENT_AL_SETS", ",".join(SETS)).split(","):
            try:
                figures += figures_of(name, measure(name, folder))
            except ConfigError as error:
                figures.append(Figure(f"strategies: not measured, {error.message}", ""))
    return figures


def figures_of(name: str, result: Result) -> list[Figure]:
    by_name = {one.strategy: one for one in result.summaries}
    figures = [
        Figure(
            f"{name}: {one.strategy}: labels to 90/95/98 %",
            ", ".join(_labels(one, share) for share in one.labels),
        )
        for one in result.summaries
    ]
    default, even = by_name.get(DEFAULT), by_name[STRATIFIED]
    if default is not None:
        for share, reach in REACH[name].items():
            ratio = default.ratios[share]
            other = ratio_of_means(default.labels[share], even.labels[share])
            figures.append(
                Figure(
                    f"{name}: {DEFAULT} over random (over {STRATIFIED}), {share:.0%}",
                    f"{_ratio(ratio)} ({_ratio(other)})",
                    f"<= {reach:g}",
                    ratio is not None and ratio <= reach,
                )
            )
    worse = [one.strategy for one in result.summaries if one.worse]
    figures.append(Figure(f"{name}: significantly below random", ", ".join(worse) or "none"))
    return figures


def _labels(one: Summary, share: float) -> str:
    found = one.labels[share]
    return "-" if found is None else f"{found.mean:,.0f}"


def _ratio(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
