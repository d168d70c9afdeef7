"""Rules about delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from profiler.rules.rule import Rule

RULES: tuple[Rule, ...] = ()
