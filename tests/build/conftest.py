"""One site and one checker for all tests: a fixed day, the built-in providers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from profiler.build.check import Checker
from profiler.build.site import Site
from profiler.model.target import parse_all
from profiler.providers.database import Database

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def database() -> Database:
    return Database.load()


@pytest.fixture(scope="session")
def checker() -> Checker:
    return Checker(NOW)


@pytest.fixture(scope="session")
def site(database: Database) -> Callable[..., Site]:
    return lambda *targets: Site(database, NOW.date(), parse_all(targets))
