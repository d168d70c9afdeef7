"""Change an installed profile so that devices update it: wishes become edits, linted and planned before anything is written."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError
from profiler.lifecycle.effect import Effect
from profiler.lifecycle.plan import Plan, compare
from profiler.model.account import SSL_KEYS
from profiler.model.confidential import secrets_of
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from profiler.document.plist import KeyPath
    from profiler.lifecycle.editing import Text
    from profiler.lifecycle.setting import Setting
    from profiler.lint.diagnostics import Diagnostic
    from profiler.lint.linter import Linter

_OTHER_SIDE = {"mail-auth-none-incoming": Effect.DOWNGRADE, "ref-cert-missing": Effect.BROKEN_REFERENCE}
# No other side of a downgrade: such a port speaks TLS only, so that without it there is no connection at all.
_UNREACHABLE = "mail-ssl-off-tls-port"
# A password in a profile is an error, and no surprise to the person who asked for it.
ASKED_FOR = frozenset({"sec-plaintext-password", "sec-p12-password"})


class Proposal(NamedTuple):
    """The new version: its bytes, the plan of its update, findings that were not there before, whether it holds a secret."""

    data: bytes
    plan: Plan
    findings: tuple[Diagnostic, ...]
    secret: bool

    def errors(self, accepted: Collection[Effect]) -> list[Diagnostic]:
        """New findings that forbid writing: errors, but for those that say what was accepted already."""
        errors = [one for one in self.findings if one.severity is Severity.ERROR]
        return [one for one in errors if _says(one) not in accepted]


def _says(finding: Diagnostic) -> Effect | None:
    """The effect that an error is the other side of: encryption or sign-in turned off, a certificate that is not there."""
    if finding.key_path and finding.key_path[-1] in SSL_KEYS and finding.rule != _UNREACHABLE:
        return Effect.DOWNGRADE
    return _OTHER_SIDE.get(finding.rule)


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
    installed: Document,
    before: bytes,
    document: Text,
    linter: Linter,
    *,
    delivery: str,
    signer_on_device: bytes = b"",
    sign: Callable[[bytes], bytes] | None = None,
    asked: Collection[KeyPath] = (),
    untouched: Document | None = None,
) -> Proposal:
    """Lint and plan what was made of `installed`, whose property list was `before`.

    `untouched` is the installed file when nothing was changed: unless it is to be signed it is handed on as it is, envelope included.
    Raises ProfilerError when the linter cannot finish.
    """
    findings = _new_findings(linter, before, document, asked)
    if sign is not None:
        data = sign(document.data)
        proposed = Document(from_bytes(data, document.name))
    elif untouched is not None:
        data, proposed = untouched.source.data, untouched
    else:
        data, proposed = document.data, document.document
    plan = compare(installed, proposed, delivery, signer_on_device=signer_on_device)
    secret = next(secrets_of(document.root), None) is not None
    return Proposal(data, plan, tuple(findings), secret)


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
