"""Finds plug-ins by name: what is built in first, then what other packages bring as entry points.

Nothing is imported before it is asked for by its name, because a plug-in may need a library that is
slow to import. What is built in cannot be replaced by another package.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType, ModuleType
from typing import Any, TypeVar, get_origin

from connectors.names import did_you_mean

T = TypeVar("T")
Refusal = Callable[..., Exception]
"""A class of errors that takes a message, and ``where`` by name."""

MOVED: Mapping[str, str] = MappingProxyType(
    {
        "connectors.sources._columns": "connectors.reading.columns",
        "connectors.sources._id_window": "connectors.reading.id_window",
        "connectors.sources._lines": "connectors.reading.lines",
        "connectors.sources._rasa": "connectors.rasa.events",
        "connectors.sources._rasa_filter": "connectors.rasa.filter",
        "connectors.sources._rasa_parse": "connectors.reading.predictions",
        "connectors.sources._read": "connectors.reading.values",
        "connectors.sources._sql": "connectors.reading.sql",
    }
)
"""Where modules are now that plug-ins of others may still import from where they were."""

_NO_NAME = re.compile(r"cannot import name '(\w+)'")


def imported(place: str) -> Any:
    """A module, or what a module holds: ``package.module`` or ``package.module:name``."""
    module, _, name = place.partition(":")
    found = importlib.import_module(module)
    return getattr(found, name) if name else found


def modules_of(package: str, without: Collection[str] = ()) -> dict[str, str]:
    """The public modules of a package by their names, each with its place; none is imported."""
    spec = importlib.util.find_spec(package)
    folders = spec.submodule_search_locations if spec else None
    names = [one.name for one in pkgutil.iter_modules(folders)]
    return {
        name: f"{package}.{name}"
        for name in names
        if not name.startswith("_") and name not in without
    }


class Plugins:
    """All plug-ins of one kind. ``own`` are the places of those built in, by name.

    ``unknown`` and ``broken`` are raised for a name that there is not, and for another package's
    plug-in that cannot be used; ``moved`` tells old modules from new ones.
    """

    def __init__(
        self,
        kind: str,
        group: str,
        own: Mapping[str, str],
        *,
        unknown: Refusal,
        broken: Refusal,
        moved: Mapping[str, str] = MOVED,
    ) -> None:
        self.own = own
        self._kind, self._group, self._moved = kind, group, moved
        self._unknown, self._broken = unknown, broken

    def names(self) -> list[str]:
        """Built-in ones first."""
        return [*self.own, *sorted(self.installed())]

    def installed(self) -> dict[str, EntryPoint]:
        """What other packages bring."""
        points = {point.name: point for point in entry_points(group=self._group)}
        return {name: point for name, point in points.items() if name not in self.own}

    def find(self, name: str, *, shown: Collection[str] = ()) -> Any:
        """The module or object of that name; ``shown`` as in ``did_you_mean``."""
        if name in self.own:
            return imported(self.own[name])
        point = self.installed().get(name)
        if point is None:
            hint = did_you_mean(name, self.names(), shown=shown)
            raise self._unknown(f"there is no {self._kind} {name!r}{hint}")
        try:
            return point.load()
        except Exception as error:  # somebody else's: whatever it raises, the user must know
            raise self._cannot_be_used(point, error) from error

    def find_function(self, name: str, *, shown: Collection[str] = ()) -> Callable[..., Any]:
        """The function (or class) of that name."""
        found = self.find(name, shown=shown)
        if not callable(found):
            raise self._is_no(name, "function")
        return found  # type: ignore[no-any-return]

    def find_class(self, name: str, base: type[T]) -> type[T]:
        """The subclass of ``base`` with that ``name``; a module may stand for the one it holds."""
        found = self.find(name)
        if isinstance(found, ModuleType):
            for value in vars(found).values():
                if _is_kind_of(base, value) and getattr(value, "name", None) == name:
                    return value  # type: ignore[no-any-return]
            raise self._broken(f"the module {found.__name__} holds no {self._kind} named {name!r}")
        if not _is_kind_of(base, found):
            raise self._is_no(name, self._kind)
        return found  # type: ignore[no-any-return]

    def make(self, name: str) -> Any:
        """What the function (or class) of that name makes without arguments."""
        function = self.find_function(name)
        try:
            return function()
        except Exception as error:
            if name in self.own:
                raise
            raise self._cannot_be_used(self.installed()[name], error) from error

    def _cannot_be_used(self, point: EntryPoint, error: Exception) -> Exception:
        why = _new_place(error, self._moved) or error
        return self._broken(
            f"the {self._kind} {point.name!r} cannot be imported: {why}", where=point.value
        )

    def _is_no(self, name: str, what: str) -> Exception:
        message = f"the entry point {name!r} is no {what}"
        return self._broken(message, where=self.installed()[name].value)


def _is_kind_of(base: type, value: object) -> bool:
    # On Python 3.10 a ``tuple[int]`` passes for a type, until issubclass looks at it.
    return isinstance(value, type) and get_origin(value) is None and issubclass(value, base)


def _new_place(error: Exception, moved: Mapping[str, str]) -> str:
    """What to import instead, where a plug-in was written for modules that have moved since."""
    if not isinstance(error, ImportError) or error.name is None:
        return ""
    # ``from package import module`` misses a name, and says so in its words alone before 3.12
    inside = _NO_NAME.match(str(error))
    olds = [f"{error.name}.{inside[1]}", error.name] if inside else [error.name]
    for old in olds:
        if old in moved:
            return f"{old} is now {moved[old]}"
    return ""
