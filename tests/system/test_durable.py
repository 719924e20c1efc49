"""A file is the old one or the new one, whatever happens meanwhile, and nothing else is left."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from intent_al.system import durable
from intent_al.system.durable import create_secret, replace_file


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("shared", [True, False])
def test_what_is_replaced_keeps_its_permissions(tmp_path: Path, shared: bool) -> None:
    target = tmp_path / "folder" / "file"
    replace_file(target, b"old", shared=shared)
    target.chmod(0o640)
    replace_file(target, b"new", shared=shared)
    assert target.read_bytes() == b"new"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert names(target.parent) == ["file"]


def test_a_large_file_is_copied_from_another_or_onto_itself(tmp_path: Path) -> None:
    source, target = tmp_path / "a.tar.gz", tmp_path / "b.tar.gz"
    source.write_bytes(b"model" * 100_000)
    replace_file(target, source)
    before = source.stat().st_ino
    replace_file(source, source)
    assert source.stat().st_ino != before
    assert source.read_bytes() == target.read_bytes() == b"model" * 100_000
    assert names(tmp_path) == ["a.tar.gz", "b.tar.gz"]


@pytest.mark.parametrize("shared", [True, False])
def test_what_cannot_be_replaced_leaves_nothing_behind(tmp_path: Path, shared: bool) -> None:
    (tmp_path / "file" / "below").mkdir(parents=True)
    with pytest.raises(OSError, match="file"):
        replace_file(tmp_path / "file", b"new", shared=shared)
    assert names(tmp_path) == ["file"]


def test_several_who_write_one_file_do_not_meet(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "file"
    write = durable.write_durably

    def interrupted(path: Path, source: bytes) -> None:
        """Another one writes the whole file while ours waits to take its place."""
        write(path, source)
        if source == b"ours":
            replace_file(target, b"theirs, which is longer", shared=True)

    monkeypatch.setattr(durable, "write_durably", interrupted)
    replace_file(target, b"ours", shared=True)
    assert target.read_bytes() == b"ours"
    assert names(tmp_path) == ["file"]


def test_of_several_who_make_a_secret_one_is_first(tmp_path: Path) -> None:
    target = tmp_path / "key"
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda number: create_secret(target, b"%d" % number), range(40)))
    assert sum(made) == 1
    assert target.read_bytes() == b"%d" % made.index(True)
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert names(tmp_path) == ["key"]
