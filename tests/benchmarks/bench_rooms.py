"""How the house is built: modules at the top, imports between rooms, and what knows Rasa.

A room is a folder or a module at the top of ``intent_al``, and ``connectors`` as a whole. Read from
the imports alone; modules that are named in a string are in registries and are no arrows.
"""

from __future__ import annotations

from collections.abc import Iterator

import grimp

from tests.benchmarks.figures import Figure

PACKAGES = ("intent_al", "connectors")
RASA = ("intent_al.engines.rasa", "intent_al.inside_rasa", "intent_al.training_data.dialects.rasa")


def run() -> Iterator[Figure]:
    graph = grimp.build_graph(*PACKAGES)
    arrows: set[tuple[str, str]] = set()
    guests: set[str] = set()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            arrows.add((_room(module), _room(imported)))
            if _of_rasa(imported) and not _of_rasa(module):
                guests.add(module)
    arrows = {(one, other) for one, other in arrows if one != other and other != "intent_al"}
    loose = [one for one in graph.find_children("intent_al") if not graph.find_children(one)]
    yield Figure("modules at the top of intent_al", str(len(loose) + 1), "8", len(loose) < 8)
    yield Figure("rooms", str(len({room for arrow in arrows for room in arrow})))
    yield Figure("arrows between rooms", str(len(arrows)), "160", len(arrows) <= 160)
    yield Figure("circles of rooms", str(len(_in_circles(arrows))), "0", not _in_circles(arrows))
    yield Figure("modules outside that import Rasa's rooms", ", ".join(sorted(guests)) or "none")


def _room(module: str) -> str:
    package, _, rest = module.partition(".")
    return f"{package}.{rest.partition('.')[0]}" if package == "intent_al" and rest else package


def _of_rasa(module: str) -> bool:
    return any(module == room or module.startswith(f"{room}.") for room in RASA)


def _in_circles(arrows: set[tuple[str, str]]) -> set[str]:
    """The rooms that reach themselves: what is left when all that imports nothing is gone."""
    left = set(arrows)
    while True:
        bottom = {other for _, other in left} - {one for one, _ in left}
        if not bottom:
            return {one for one, _ in left}
        left = {(one, other) for one, other in left if other not in bottom}
