"""The rules that lint asks, worst first."""

from __future__ import annotations

from intent_al.training_data.lint import Rule

RULES: tuple[Rule, ...] = ()
