"""The rules against the catalogue they were written from, where it lies beside the checkout."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from profiler import rules
from profiler.rules.rule import Severity

CATALOGUE = Path(__file__).parents[3] / "shared/data/rules.csv"
WORDS = {"error": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.NOTE}


@pytest.mark.shared
@pytest.mark.skipif(not CATALOGUE.is_file(), reason="the catalogue is not beside this checkout")
def test_every_rule_of_the_catalogue_is_there_at_its_severity() -> None:
    with CATALOGUE.open(newline="", encoding="utf-8") as stream:
        wanted = {row["id"]: WORDS[row["severity"]] for row in csv.DictReader(stream, delimiter="|")}
    known = {rule.id: rule.severity for rule in rules.every()}
    assert len(wanted) > 200
    assert {name: known.get(name) for name in wanted} == wanted
