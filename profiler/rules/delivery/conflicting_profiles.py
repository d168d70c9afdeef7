"""del-conflicting-profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.model.confidential import is_secret
from profiler.rules.across import Place, Remark, place_of
from profiler.rules.rule import Finding, Needs, Severity, rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run

_RESTRICTIONS = "com.apple.applicationaccess"
_HELP = "say it in one profile only, or the same in both"
# Labels, and what tells one account from another: not settings.
_LABELS = ("Description", "AccountName")


class Setting(NamedTuple):
    """One key that a file sets for an account or for the restrictions; `value` is its text. Passwords are never among them."""

    subject: str
    key: str
    value: str
    place: Place


class Settings(NamedTuple):
    """What `compare` needs of one file: its PayloadIdentifier and what it sets."""

    profile: str
    settings: tuple[Setting, ...]


@rule(
    "del-conflicting-profiles",
    severity=Severity.WARNING,
    source="https://support.apple.com/guide/deployment/dep9a318a393/web",
    needs=(Needs.FILES,),
    bad="",
    good="",
    fix="say it in one profile only, or the same in both",
)
def check(_root: Node, _run: Run) -> Iterator[Finding]:
    """Two profiles for one device set an account or a restriction differently.

    Apple does not say which one wins, so that devices may behave differently after the same two files. Only with --set-complete,
    which says that all files given belong to one device; profiles with the same identifier replace each other and are exempt.
    """
    yield from ()  # one file cannot contradict another: `compare` finds it


def collect(run: Run) -> Settings:
    """What one file sets: nothing unless all files given belong to one device."""
    if not run.context.complete or run.root is None:
        return Settings("", ())
    found: list[Setting] = []
    for account in run.accounts:
        subject = _subject(account)
        if subject:
            found += _settings(account.payload, subject, run)
    for payload in run.payloads_of(_RESTRICTIONS):
        found += _settings(payload, "the restrictions", run)
    return Settings(run.root.string("PayloadIdentifier") or "", tuple(found))


def compare(files: Sequence[tuple[str, Settings]]) -> list[tuple[str, Remark]]:
    """Where a file, (path, facts) each, contradicts an earlier one: (path, finding), one for each account and earlier file."""
    first: dict[tuple[str, str], list[tuple[str, str, Setting]]] = {}
    found: list[tuple[str, Remark]] = []
    for path, facts in files:
        against: dict[tuple[str, str], list[tuple[Setting, Setting]]] = {}
        for setting in facts.settings:
            earlier = first.setdefault((setting.subject, setting.key), [])
            for other_path, profile, other in earlier:
                if other_path != path and profile != facts.profile and other.value != setting.value:
                    against.setdefault((setting.subject, other_path), []).append((setting, other))
            earlier.append((path, facts.profile, setting))
        found += [(path, _remark(pairs, other_path)) for (_, other_path), pairs in against.items()]
    return found


def _remark(pairs: list[tuple[Setting, Setting]], other_path: str) -> Remark:
    setting = pairs[0][0]
    keys = ", ".join(one.key for one, _ in pairs)
    message = f"{other_path} sets {setting.subject} differently ({keys}), and nothing says which profile wins"
    related = tuple((other_path, other.place, f"{other.key} is set here as well") for _, other in pairs)
    return Remark(setting.place, message, _HELP, related=related)


def _subject(account: Account) -> str:
    """The account in words, the same in every file that sets it up; "" when the file does not tell whose it is."""
    owner = (account.address or account.incoming.username).lower()
    return f"the {account.kind} account of {owner}" if owner else ""


def _settings(payload: Node, subject: str, run: Run) -> Iterator[Setting]:
    for key, node in payload.value.items():
        if not is_secret(node) and not key.startswith("Payload") and not key.endswith(_LABELS):
            yield Setting(subject, key, _text(node), place_of(node, run))


def _text(node: Node) -> str:
    """A value such that equal texts mean the same to a device: 0 is false, 443.0 is 443, lists are sets, names have no case."""
    if node.kind == "array":
        return " ".join(sorted(map(_text, node.children())))
    value = node.plain()
    if isinstance(value, bool) or (isinstance(value, float) and value.is_integer()):
        value = int(value)
    return repr(value).casefold()
