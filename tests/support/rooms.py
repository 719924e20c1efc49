"""Which tests belong to a room: ``intent_al/strategies`` has ``tests/strategies``."""

from __future__ import annotations

import difflib
import re
from pathlib import Path, PurePosixPath


class NoTestsError(Exception):
    """There is no such place, or nothing tests it; the message says what there is."""


def mirroring(place: str, root: Path) -> list[str]:
    """What pytest is to be given for a room, a module or a test, as paths relative to ``root``.

    A folder of tests has its room's name, a file its module's name after ``test_``. Where a room
    has none of its own, the nearest one around it is taken, and for what stands at the top the
    tests that name it.
    """
    path, _, rest = place.partition("::")
    found = (root / path).resolve()
    if not found.exists() or root not in (found, *found.parents):
        raise NoTestsError(f"there is no {path}{_did_you_mean(path, root)}")
    relative = PurePosixPath(found.relative_to(root).as_posix())
    if relative.parts[:1] == ("tests",):
        return [str(relative) + (f"::{rest}" if rest else "")]
    inside = relative.relative_to("intent_al") if relative.parts[:1] == ("intent_al",) else relative
    if not inside.parts:
        return ["tests"]
    if mirror := _mirror(inside, root / "tests"):
        return [mirror.relative_to(root).as_posix()]
    if tests := _naming(relative, root):
        return tests
    raise NoTestsError(f"no test is named after {relative}, and none imports it: run them all")


def _mirror(inside: PurePosixPath, tests: Path) -> Path | None:
    file = tests / inside.parent / f"test_{inside.stem}.py"
    if inside.suffix == ".py" and file.exists():
        return file
    around = (inside, *inside.parents) if inside.suffix != ".py" else tuple(inside.parents)
    return next((tests / one for one in around if one.parts and (tests / one).is_dir()), None)


def _naming(relative: PurePosixPath, root: Path) -> list[str]:
    """The test files that import what stands there."""
    package, _, name = ".".join(relative.with_suffix("").parts).rpartition(".")
    imported = re.compile(rf"^from {re.escape(package)}(\.{name}\b| import .*\b{name}\b)", re.M)
    files = sorted((root / "tests").rglob("test_*.py"))
    inside = {"browser", "beside_rasa"}
    return [
        file.relative_to(root).as_posix()
        for file in files
        if not inside & set(file.parts) and imported.search(file.read_text(encoding="utf-8"))
    ]


def _did_you_mean(path: str, root: Path) -> str:
    folders = [
        folder.relative_to(root).as_posix()
        for top in ("intent_al", "connectors", "tests")
        for folder in (root / top).rglob("*")
        if folder.is_dir() and folder.name[0] not in "._"
    ]
    near = difflib.get_close_matches(path.rstrip("/"), folders, n=1)
    return f"; did you mean {near[0]}?" if near else ""
