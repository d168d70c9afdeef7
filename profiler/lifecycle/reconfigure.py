"""Change an installed profile so that devices update it: wishes become edits, linted and planned before anything is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError, Refused
from profiler.lifecycle.editing import path_text
from profiler.lifecycle.plan import Plan, compare
from profiler.model.confidential import secrets_of
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from profiler.document.plist import KeyPath
    from profiler.lifecycle.editing import Text
    from profiler.lifecycle.inventory import OnDevice
    from profiler.lifecycle.setting import Setting
    from profiler.lint.diagnostics import Diagnostic
    from profiler.lint.linter import Linter

# A password in a profile is an error, and no surprise to the person who asked for it.
ASKED_FOR = frozenset({"sec-plaintext-password", "sec-p12-password"})


class Proposal(NamedTuple):
    """The new version: its bytes, the plan of its update, new findings that are no errors, whether it holds a secret."""

    data: bytes
    plan: Plan
    findings: tuple[Diagnostic, ...]
    secret: bool


def apply(document: Text, settings: Iterable[Setting]) -> frozenset[KeyPath]:
    """Write settings one after the other; return where a secret was put that a person asked for."""
    asked: set[KeyPath] = set()
    for one in settings:
        if one.drop:
            document.remove(one.path)
        else:
            document.set(one.path, one.value)
        if one.asked_secret:
            asked.add(one.path)
    return frozenset(asked)


def propose(
    installed: OnDevice,
    before: bytes,
    document: Text,
    linter: Linter,
    *,
    delivery: str,
    sign: Callable[[bytes], bytes] | None = None,
    asked: Collection[KeyPath] = (),
) -> Proposal:
    """Lint and plan what was made of `installed`, whose property list was `before`.

    Raises Refused when the linter finds an error that was not there, ProfilerError when it cannot finish.
    """
    new = _new_findings(linter, before, document, asked)
    errors = [one for one in new if one.severity is Severity.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        place = path_text(errors[0].key_path)
        message = (
            f"the change would break the profile: {errors[0].message} [{errors[0].rule}] at {place}{more}"
        )
        raise Refused(message, hint=errors[0].hint)
    data = document.data if sign is None else sign(document.data)
    proposed = document.document if sign is None else Document(from_bytes(data, document.name))
    plan = compare(installed.document, proposed, delivery, signer_on_device=installed.signer)
    secret = next(secrets_of(document.root), None) is not None
    return Proposal(data, plan, tuple(one for one in new if one.severity is Severity.WARNING), secret)


def _new_findings(
    linter: Linter, before: bytes, document: Text, asked: Collection[KeyPath]
) -> list[Diagnostic]:
    """What the linter says of the new text and did not say of the old: more of a rule than before, at places without it."""
    was, now = (_lint(linter, data, document.name) for data in (before, document.data))
    known = {(one.rule, one.key_path) for one in was}
    room = Counter(one.rule for one in now)
    room.subtract(Counter(one.rule for one in was))
    found = []
    for one in now:
        expected = one.rule in ASKED_FOR and one.key_path in asked
        if (one.rule, one.key_path) not in known and room[one.rule] > 0 and not expected:
            room[one.rule] -= 1
            found.append(one)
    return found


def _lint(linter: Linter, data: bytes, name: str) -> Sequence[Diagnostic]:
    report = linter.lint(from_bytes(data, name))
    if report.crash:
        raise ProfilerError(f"{name}: {report.crash}")
    return report.diagnostics
