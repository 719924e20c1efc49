"""Learning curves as a picture: the mean over the seeds, with its interval as a band."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np

from intent_al.errors import ConfigError
from intent_al.simulation.loop import STRATIFIED, Step
from intent_al.simulation.run import RANDOM, Result
from intent_al.simulation.summary import SHARES, estimate
from intent_al.strategies.registry import DEFAULT

_BASELINES = {RANDOM: ("#6b7280", "-"), STRATIFIED: ("#6b7280", (0, (4, 2)))}
_DEFAULT_COLOUR = "#0f62fe"
_OTHERS = ("#d97706", "#059669", "#be185d", "#7c3aed", "#0891b2", "#b91c1c", "#65a30d", "#92400e")
_INK, _GRID = "#1f2937", "#e5e7eb"


def draw(result: Result, format: str, *, title: str = "") -> bytes:
    """A picture, ``png`` or ``svg``. Raises ConfigError without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ConfigError(
            f"pictures need matplotlib ({error}); try: pip install intent-al[plots]"
        ) from error
    figure = Figure(figsize=(8.4, 4.8), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    right = _lines(axes, result)
    for share in SHARES:
        height = 100 * share * result.full
        axes.axhline(height, color=_INK, linewidth=0.6, linestyle=(0, (1, 3)), zorder=1)
        axes.annotate(
            f"{share:.0%} of what all labels give",
            (right, height),
            (-2, 2),
            textcoords="offset points",
            ha="right",
            fontsize=7.5,
            color=_INK,
        )
    axes.set_xlim(0, right)
    axes.set_xlabel("labels bought")
    axes.set_ylabel(
        "accuracy, %" + (" (mean over intents)" if result.simulation.plan.macro else "")
    )
    axes.set_title(title or "What a label is worth", loc="left", fontsize=11, color=_INK)
    axes.grid(color=_GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="lower right")
    written = BytesIO()
    # without a date, equal runs give equal files
    figure.savefig(written, format=format, dpi=144, metadata=_undated(format))
    return written.getvalue()


def _undated(format: str) -> Mapping[str, str | None]:
    return {"Date": None} if format == "svg" else {"Software": None}


def _lines(axes: Any, result: Result) -> float:
    """Draws every strategy; where the longest curve ends."""
    others = iter(_OTHERS * len(result.curves))
    right = 1.0
    for name, arms in result.curves.items():
        bought, mean, low, high = band(list(arms.values()), result)
        colour, line = _BASELINES.get(name, (None, "-"))
        colour = colour or (_DEFAULT_COLOUR if name == DEFAULT else next(others))
        width = 2.2 if name == DEFAULT else 1.3
        axes.plot(bought, mean, color=colour, linestyle=line, linewidth=width, label=name, zorder=3)
        axes.fill_between(bought, low, high, color=colour, alpha=0.15, linewidth=0, zorder=2)
        right = max(right, float(bought[-1]))
    return right


def band(arms: Sequence[Sequence[Step]], result: Result) -> tuple[Any, Any, Any, Any]:
    """Labels, and mean, low and high accuracy in percent, as far as all seeds go."""
    plan = result.simulation.plan
    ends = min(steps[-1].bought for steps in arms)
    bought = np.unique([step.bought for steps in arms for step in steps if step.bought <= ends])
    heights = [
        np.interp(
            bought, [step.bought for step in steps], [100 * step.judged(plan) for step in steps]
        )
        for steps in arms
    ]
    found = [estimate(column.tolist()) for column in np.array(heights).T]
    mean = [one.mean for one in found]
    low = [one.mean if one.low is None else one.low for one in found]
    high = [one.mean if one.high is None else one.high for one in found]
    return bought, np.array(mean), np.array(low), np.array(high)
