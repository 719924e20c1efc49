"""Contracts of plug-ins: functions named ``check_...`` become the tests of a class.

pytest collects a subclass that has the fixtures which the checks take as arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[..., None]


def checks_of(namespace: Mapping[str, Any]) -> tuple[Check, ...]:
    """The checks that a module holds, in the order in which they stand there."""
    return tuple(value for name, value in namespace.items() if name.startswith("check_"))


def name_of_test(check: Check) -> str:
    return check.__name__.replace("check_", "test_", 1)


def with_tests(suite: type, checks: tuple[Check, ...]) -> None:
    """Give ``suite`` one test for each check, with the check's own arguments."""
    for check in checks:
        setattr(suite, name_of_test(check), staticmethod(check))
