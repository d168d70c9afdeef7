"""Docstrings as text that people read: the help of the commands, the pages of the rules. `python -OO` strips them."""

from __future__ import annotations

from typing import Any


def of(function: Any) -> str:
    """The docstring as it stands in the source; "" when there is neither a docstring nor a source."""
    return function.__doc__ or _from_source(function)


def _from_source(function: Any) -> str:
    import ast  # noqa: PLC0415 - only under -OO
    import inspect  # noqa: PLC0415
    import textwrap  # noqa: PLC0415

    try:
        source = inspect.getsource(function)
    except OSError:
        return ""
    definition = ast.parse(textwrap.dedent(source)).body[0]
    assert isinstance(definition, ast.FunctionDef)  # noqa: S101 - what else is a function defined by
    return ast.get_docstring(definition, clean=False) or ""
