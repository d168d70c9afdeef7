"""What a rule is: facts, two examples and one function. Everything said about a rule anywhere is made from this."""

from __future__ import annotations

import sys
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from profiler import docstring

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from profiler.document.edits import Fix
    from profiler.document.plist import Node
    from profiler.rules.run import Run


class Severity(IntEnum):
    """ERROR: refused, cannot work, or a secret is exposed. WARNING: likely a fault. NOTE: advice."""

    NOTE = 1
    WARNING = 2
    ERROR = 3

    @property
    def word(self) -> str:
        """As printed and in JSON."""
        return _WORDS[self]


_WORDS = ("", "note", "warning", "error")


class Scope(StrEnum):
    """What `check` is called with: once for the whole file, for each payload, or for each account that a payload makes."""

    FILE = "file"
    PAYLOAD = "payload"
    ACCOUNT = "account"


class Needs(StrEnum):
    """What a rule cannot do without; it is skipped when that is not given."""

    TARGET = "a --target"
    MDM = "--mdm"
    INSTALLED = "--installed"
    CLOCK = "the time (--now)"
    PROVIDERS = "the provider database"
    SIGNATURE = "a signed file"
    KEY = "--decrypt-key"
    OPT_IN = "to be selected by name"
    FILES = "several files"


class Finding(NamedTuple):
    """What a rule yields.

    `node` is the value at fault (None: the whole file); `at_key` points at its key instead. `span` overrides the place by byte
    offsets of the content. `related` are other places with a remark each. `severity` replaces the rule's own. `secret`: the value is not
    to be shown, though no key says so.
    """

    node: Node | None
    message: str
    fix: Fix | None = None
    at_key: bool = False
    span: tuple[int, int] | None = None
    related: tuple[tuple[Node, str], ...] = ()
    severity: Severity | None = None
    help: str = ""
    secret: bool = False


class Rule(NamedTuple):
    """One rule. `summary` and `why` are the first line and the rest of the docstring of `check`."""

    id: str
    severity: Severity
    scope: Scope
    check: Callable[[Any, Run], Iterable[Finding]]
    source: str
    bad: str
    good: str
    summary: str
    why: str
    types: frozenset[str]
    example_type: str
    keys: frozenset[str]
    problem: str
    violations: frozenset[str]
    when: str
    needs: tuple[Needs, ...]
    also: tuple[Severity, ...]
    leave_out: tuple[str, ...]
    target: str
    installed: str
    options: dict[str, str]
    fix: str
    module: str

    @property
    def group(self) -> str:
        """The folder the rule lies in."""
        return self.module.split(".")[-2]

    @property
    def opt_in(self) -> bool:
        """Whether the rule is off unless named."""
        return Needs.OPT_IN in self.needs


def rule(
    identifier: str,
    *,
    severity: Severity,
    source: str,
    bad: str,
    good: str,
    scope: Scope = Scope.FILE,
    types: tuple[str, ...] = (),
    keys: Iterable[str] = (),
    problem: str = "",
    violations: Iterable[str] = (),
    when: str = "",
    needs: tuple[Needs, ...] = (),
    also: tuple[Severity, ...] = (),
    leave_out: tuple[str, ...] = (),
    target: str = "",
    installed: str = "",
    options: dict[str, str] | None = None,
    fix: str = "",
) -> Callable[[Callable[[Any, Run], Iterator[Finding]]], Rule]:
    """Make a rule of a function `check(subject, run)`, a generator of findings.

    `subject` is the root node (FILE), a payload node (PAYLOAD) or an Account (ACCOUNT). The engine calls `check` only where it
    can matter: `types` names the payload types it is about (none: all), `keys` are keys of which the subject (or root) has to
    have one, `when` is a condition of profiler.rules.condition, `problem` the parser's problem it reports, `violations` the kinds of
    schema violation it reports.

    `bad` and `good` are examples: a whole file when they start with `<?xml` or are no XML at all; payload dictionaries when they
    start with `<dict>`; otherwise keys that are put at the end of the payload of the rule's first type (of the top level when
    it has none), over a profile that is right in every other respect, less the keys in `leave_out`. `target`, `installed` and
    `options` (`mdm`, `now`, ...) are what the example is linted with. `severity` is the usual one, `also` others it may have.
    `fix` says what to do where no finding in `bad` can say it, because the rule has no example that is a file on its own.
    """

    def make(check: Callable[[Any, Run], Iterator[Finding]]) -> Rule:
        summary, _, why = docstring.of(check).partition("\n")
        return Rule(
            identifier, severity, scope, check, source, bad, good, summary.strip(), why, frozenset(types),
            types[0] if types else "", frozenset(keys),
            problem, frozenset(violations), when, needs, also, leave_out, target, installed, options or {}, fix,
            sys.intern(check.__module__),
        )  # fmt: skip

    return make
