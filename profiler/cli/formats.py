"""Formats that several commands offer."""

from __future__ import annotations

from enum import StrEnum


class TextOrJson(StrEnum):
    """A report for people or for machines."""

    TEXT = "text"
    JSON = "json"
