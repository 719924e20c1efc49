"""What tests share lies in tests/support, and can be imported wherever tests run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.commands import run_python
from tests.support.places import ROOT

TESTS = ROOT / "tests"
MISSING = (
    "axe_playwright_python",
    "onnxruntime",
    "playwright",
    "rasa",
    "schemathesis",
    "wordllama",
)
"""One environment or another has none of these."""


def imported(source: str) -> Iterator[str]:
    """The names of modules, and of what is taken from them: either may be a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{one.name}" for one in node.names)


def is_test(module: str) -> bool:
    """Of a test module, a conftest, or something in one."""
    top, *parts = module.split(".")
    return top == "tests" and any(
        part.startswith(("conftest", "test_"))
        and TESTS.joinpath(*parts[:at], f"{part}.py").exists()
        for at, part in enumerate(parts)
    )


def test_no_test_imports_a_test_or_a_conftest() -> None:
    found = [
        f"{path.relative_to(ROOT)} imports {module}"
        for path in sorted(TESTS.rglob("*.py"))
        for module in imported(path.read_text(encoding="utf-8"))
        if is_test(module)
    ]
    assert not found, "move what they share to tests/support, or beside them"


def test_support_imports_where_little_is_installed(tmp_path: Path) -> None:
    paths = sorted((TESTS / "support").rglob("*.py"))
    modules = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in paths]
    code = (
        "import importlib, sys\n"
        f"sys.modules.update(dict.fromkeys({MISSING!r}))\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
    )
    done = run_python(code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
