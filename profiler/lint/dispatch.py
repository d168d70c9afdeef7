"""Which rules a document meets: those of the folders it can need, and of these the ones that can find something in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from profiler import rules
from profiler.model.account import ACCOUNT_TYPES, EAS, EWS, GOOGLE, MAIL
from profiler.rules.condition import CONDITIONS
from profiler.rules.rule import Scope

if TYPE_CHECKING:
    from collections.abc import Iterable

    from profiler.document.plist import Node
    from profiler.rules.index import Entry
    from profiler.rules.run import Run

_CERTIFICATE_TYPES = frozenset({
    "com.apple.security.root", "com.apple.security.pkcs1", "com.apple.security.pem", "com.apple.security.pkcs12",
    "com.apple.security.scep", "com.apple.security.acme", "com.apple.ADCertificate.managed",
    "com.apple.security.certificatetransparency",
})  # fmt: skip
_DELIVERY_TYPES = frozenset(
    {"com.apple.notificationsettings", "com.apple.applicationaccess", "com.apple.domains"}
)
# Many profiles have the same keys: what follows from these is remembered for this many sets of them.
_REMEMBERED = 1000
_MAIL_TYPES = frozenset({MAIL, EAS, EWS, GOOGLE})
_DAV_TYPES = ACCOUNT_TYPES - _MAIL_TYPES


class Traits(NamedTuple):
    """What a document has that decides about rules; documents that need the same share a plan."""

    types: frozenset[str]
    wrapped: bool

    @property
    def groups(self) -> dict[str, bool]:
        """The folders of rules, and whether the document needs them; lifecycle is not its to decide."""
        types = self.types
        accounts = not ACCOUNT_TYPES.isdisjoint(types)
        certificates = not _CERTIFICATE_TYPES.isdisjoint(types)
        delivery = not _DELIVERY_TYPES.isdisjoint(types)
        return {
            "document": True,
            "profile": True,
            "reference": accounts or certificates,
            "mail": not _MAIL_TYPES.isdisjoint(types),
            "exchange": EAS in types or EWS in types,
            "google": GOOGLE in types,
            "dav": not _DAV_TYPES.isdisjoint(types),
            "security": True,
            "delivery": accounts or delivery,
            "provider": accounts,
            "signature": self.wrapped,
        }


def traits(run: Run) -> Traits:
    """What a document has."""
    document, source = run.document, run.document.source
    wrapped = (
        source.signed is not None or source.enveloped is not None or bool(run.targets) or document.encrypted
    )
    return Traits(frozenset(document.by_type), wrapped)


class Triggered:
    """Rules of one subject: some always run, some when the subject has one of their keys or meets their condition."""

    def __init__(self, wanted: Iterable[Entry]) -> None:
        self._wanted = tuple(wanted)
        self._known: dict[tuple[str, ...], tuple[list[Entry], list[tuple[str, list[Entry]]]]] = {}

    def about(self, node: Node, subject: Any, run: Run) -> list[Entry]:
        """The rules for a subject, whose dictionary the node is; each once."""
        keys = tuple(node.value)
        found = self._known.get(keys)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[keys] = self._with(frozenset(keys))
        wanted, conditional = found
        for name, rules_then in conditional:
            if CONDITIONS[name](subject, run):
                wanted = wanted + rules_then
        return wanted

    def _with(self, keys: frozenset[str]) -> tuple[list[Entry], list[tuple[str, list[Entry]]]]:
        """The rules for a dictionary with these keys, and those for one that meets a condition besides."""
        wanted: list[Entry] = []
        conditional: dict[str, list[Entry]] = {}
        for rule in self._wanted:
            if not rule.keys or not rule.keys.isdisjoint(keys):
                (conditional.setdefault(rule.when, []) if rule.when else wanted).append(rule)
        return wanted, list(conditional.items())


class Plan:
    """The rules for documents with the same traits, sorted by what calls them."""

    def __init__(self, wanted: Iterable[Entry], types: frozenset[str]) -> None:
        self.by_problem: dict[str, list[Entry]] = {}
        self.by_violation: dict[str, list[Entry]] = {}
        self.unread: list[Entry] = []
        whole: list[Entry] = []
        self._payload: list[Entry] = []
        self.account: list[Entry] = []
        for rule in wanted:
            if rule.problem:
                self.by_problem.setdefault(rule.problem, []).append(rule)
            elif rule.violations:
                for kind in rule.violations:
                    self.by_violation.setdefault(kind, []).append(rule)
            elif rule.scope is Scope.PAYLOAD:
                self._payload.append(rule)
            elif rule.scope is Scope.ACCOUNT:
                self.account.append(rule)
            else:
                if not rule.types or not rule.types.isdisjoint(types):
                    whole.append(rule)
                if rule.group in ("document", "signature"):
                    self.unread.append(rule)
        self.file = Triggered(whole)
        self._payloads: dict[str, Triggered] = {}
        self._accounts: dict[str, Triggered] = {}

    def of_payload(self, name: str) -> Triggered:
        """The rules for payloads of a type."""
        return _of_type(self._payloads, name, self._payload)

    def of_account(self, name: str) -> Triggered:
        """The rules for accounts that payloads of a type make."""
        return _of_type(self._accounts, name, self.account)


def groups(wanted: dict[str, bool]) -> tuple[str, ...]:
    """The names of the folders that are needed, in their order."""
    return tuple(group for group in rules.GROUPS if wanted.get(group))


def _of_type(known: dict[str, Triggered], name: str, wanted: list[Entry]) -> Triggered:
    if name not in known:
        known[name] = Triggered(rule for rule in wanted if not rule.types or name in rule.types)
    return known[name]
