"""One file under the rules: the document, its destination, and what several rules ask for, worked out once."""

from __future__ import annotations

import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from profiler.model import placeholder
from profiler.model.account import ACCOUNT_TYPES, Account
from profiler.model.target import Targets

if TYPE_CHECKING:
    from pathlib import Path

    from profiler.document.document import Document
    from profiler.document.plist import Node
    from profiler.model.account import Server
    from profiler.model.violation import Violation
    from profiler.providers.database import Database
    from profiler.providers.provider import Provider


class Context(NamedTuple):
    """What the person asks for, the same for all files of a run. It can be pickled.

    `now` is aware UTC. `installed` is the name and bytes of the profile that is on the devices. `trust` names the trust store:
    "system" or a PEM file. `decrypt_keys` are PEM keys. `complete` says that all files given belong to one device.
    """

    targets: Targets = Targets()
    mdm: str = ""
    now: datetime.datetime = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
    installed: tuple[str, bytes] | None = None
    trust: str = "system"
    decrypt_keys: tuple[bytes, ...] = ()
    complete: bool = False
    provider_files: tuple[Path, ...] = ()


class Run:
    """A document and its context, as rules see them."""

    def __init__(
        self,
        document: Document,
        context: Context,
        *,
        installed: Document | None = None,
        templates: bool = True,
    ) -> None:
        self.document = document
        self.context = context
        self.installed = installed
        self.templates = (
            templates  # whether doc-placeholder runs, so that others may leave what it explains to it
        )
        self.timed = False  # whether a rule has asked for the time
        self._accounts: tuple[Account, ...] | None = None
        self._owners: dict[str, list[Account]] | None = None
        self._violations: dict[str, list[Violation]] | None = None
        self._identified: tuple[Node, ...] | None = None
        self._providers: dict[int, Provider | None] = {}

    @property
    def root(self) -> Node | None:
        """The root of the document."""
        return self.document.root

    @property
    def content(self) -> bytes:
        """The text that edits are made to."""
        return self.document.source.content

    @property
    def payloads(self) -> tuple[Node, ...]:
        """The payload dictionaries."""
        return self.document.payloads

    @property
    def targets(self) -> Targets:
        """The devices aimed at."""
        return self.context.targets

    @property
    def delivers_mdm(self) -> bool:
        """Whether a target, or naming a service, says that device management sends the profile and nobody is asked."""
        return self.targets.delivers_mdm or bool(self.context.mdm)

    @property
    def now(self) -> datetime.datetime:
        """The time of the run, aware UTC."""
        self.timed = True
        return self.context.now

    @property
    def identified(self) -> tuple[Node, ...]:
        """The profile, then its payloads: what has an identifier and a UUID."""
        if self._identified is None:
            root = self.document.root
            self._identified = self.payloads if root is None else (root, *self.payloads)
        return self._identified

    def payloads_of(self, *types: str) -> list[Node]:
        """Payloads of the given types, in document order per type."""
        by_type = self.document.by_type
        return [payload for name in types for payload in by_type.get(name, ())]

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Every account that the payloads make, in order."""
        if self._accounts is None:
            self._accounts = tuple(
                Account(payload)
                for payload in self.payloads
                if payload.string("PayloadType") in ACCOUNT_TYPES
            )
        return self._accounts

    @property
    def mail_accounts(self) -> list[Account]:
        """The IMAP and POP accounts."""
        return [account for account in self.accounts if account.outgoing is not None]

    def mail_accounts_of(self, owner: str) -> list[Account]:
        """The IMAP and POP accounts of an address, or of a user name where they have none; letter case does not matter."""
        if self._owners is None:
            self._owners = {}
            for account in self.mail_accounts:
                name = account.address or account.incoming.username
                self._owners.setdefault(name.casefold(), []).append(account)
        return self._owners.get(owner.casefold(), [])

    @property
    def providers(self) -> Database:
        """The provider database, with the files the user added."""
        return _database(self.context.provider_files)

    def provider(self, account: Account) -> Provider | None:
        """The provider of an account: by the domain of its address, else by its incoming server."""
        place = id(account)
        if place not in self._providers:
            found = self.providers.find(account.domain) if account.domain else None
            self._providers[place] = found or self._provider_of_server(account.incoming)
        return self._providers[place]

    def _provider_of_server(self, server: Server) -> Provider | None:
        found = self.providers.by_host(server.host) if server.host else None
        if found is None or not found.desktop_only:
            return found
        # Its host is the device itself, so that the port alone tells it from other programs there.
        return found if any(one.port == server.port for one in found.servers()) else None

    def does_nothing(self, node: Node) -> bool:
        """Whether none of the devices aimed at knows the key of this value, as prof-key-not-on-platform says."""
        return any(one.node is node for one in self.violations.get("key-not-on-platform", ()))

    @property
    def violations(self) -> dict[str, list[Violation]]:
        """Where the document departs from Apple's schema, by kind."""
        if self._violations is None:
            from profiler.model import schema  # noqa: PLC0415 - only when a schema rule runs

            self._violations = {}
            for violation in schema.violations(
                self.document, self.targets, is_placeholder=self.is_placeholder
            ):
                self._violations.setdefault(violation.kind, []).append(violation)
        return self._violations

    def is_placeholder(self, text: str) -> bool:
        """Whether a value is to be filled in later: an MDM variable, or a mark of a template that was never filled."""
        return placeholder.is_variable(text, self.context.mdm) or placeholder.is_template(text)


@cache
def _database(files: tuple[Path, ...]) -> Database:
    from profiler.providers.database import Database  # noqa: PLC0415 - only mail needs it

    return Database.load(files)
