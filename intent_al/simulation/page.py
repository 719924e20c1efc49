"""The result as one HTML file: the curves, and the figures that they come from."""

from __future__ import annotations

import base64
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from intent_al.simulation import curves
from intent_al.simulation.run import Result
from intent_al.simulation.summary import SHARES, Estimate

_HERE = Path(__file__).parent


def html(result: Result, *, title: str, encoder: str) -> str:
    """Needs matplotlib. Names come from a user's file, and are escaped."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["number"] = number
    environment.filters["points"] = points
    picture = base64.b64encode(curves.draw(result, "svg", title=title)).decode()
    return environment.get_template("page.html").render(
        result=result, title=title, encoder=encoder, shares=SHARES, picture=picture
    )


def number(found: Estimate | None) -> str:
    """Labels with half the width of their interval; a dash where a seed did not get there."""
    if found is None:
        return "-"
    spread = "" if found.high is None else f" ± {found.high - found.mean:,.0f}"
    return f"{found.mean:,.0f}{spread}"


def points(found: Estimate) -> str:
    """Accuracies as percent."""
    spread = "" if found.high is None else f" ± {100 * (found.high - found.mean):.1f}"
    return f"{100 * found.mean:.1f}{spread}"
