"""Put a profile together from a table of a spec whose columns are filled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from profiler.build import values
from profiler.build.certificates import certificate, identity
from profiler.build.exchange import exchange_account, google_account
from profiler.build.mail import mail_account, password
from profiler.build.naming import address_slug, slug, uuid_of
from profiler.build.notifications import notification_payload
from profiler.build.services import dav_account, ldap_account, subscribed_calendar
from profiler.build.vpn import vpn_payload, vpn_uuid
from profiler.errors import ProfilerError, UsageError
from profiler.model import confidential, placeholder
from profiler.model.account import EAS, GOOGLE, MAIL, SUBSCRIBED_CALENDAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from profiler.build.site import Account, Site

_KINDS = {
    "imap": mail_account,
    "pop": mail_account,
    "exchange": exchange_account,
    "google": google_account,
    "caldav": dav_account,
    "carddav": dav_account,
    "subscribed-calendar": subscribed_calendar,
    "ldap": ldap_account,
}
_NOT_ON_MAC = frozenset({EAS, GOOGLE, SUBSCRIBED_CALENDAR, "com.apple.vpn.managed.applayer"})
_DEVICE_TYPES = {"ios": 1, "ipados": 1, "watchos": 2, "tvos": 4, "macos": 5, "visionos": 6}
_DAY = 86400


class Built(NamedTuple):
    """A profile as plain values, and what people must know: see Account. `provider` and `email` are the first account's."""

    value: dict[str, Any]
    identifier: str
    email: str
    provider: str
    todo: tuple[str, ...]
    secret: bool


def build_profile(
    table: dict[str, Any],
    identifier: str,
    site: Site,
    place: Callable[[tuple[str | int, ...]], str] = lambda _path: "",
    organization: str = "",
) -> Built:
    """Make a profile of a profile table of spec.schema.json.

    `place` turns a path within the table into the start of a message, such as "spec.toml:12: ". Raises UsageError, Refused
    and, for files and secrets, ProfilerError.
    """
    return _Builder(table, identifier, site, place).build(table.get("organization", organization))


class _Builder:
    def __init__(
        self,
        table: dict[str, Any],
        identifier: str,
        site: Site,
        place: Callable[[tuple[str | int, ...]], str],
    ) -> None:
        self.table = table
        self.identifier = identifier
        self.site = site
        self.place = place
        self.names = self._named()
        self.accounts: list[Account] = []

    def build(self, organization: str) -> Built:
        payloads = list(self._payloads())
        self._refuse_twins(payloads)
        address = next(
            (a.settings["EmailAddress"] for a in self.accounts if "EmailAddress" in a.settings), ""
        )
        head = self._head(organization, address, {payload["PayloadType"] for payload in payloads})
        with _At(self.place, ("settings",)):
            head |= self._settings_of_head()
        todo = dict.fromkeys(line for account in self.accounts for line in account.todo)
        provider = self.accounts[0].provider if self.accounts else ""
        value = {**head, "PayloadContent": payloads}
        return Built(value, head["PayloadIdentifier"], address, provider, tuple(todo), _holds_secret(value))

    def _payloads(self) -> Iterator[dict[str, Any]]:
        for group, make in (("certificates", certificate), ("identities", identity)):
            for name, entry in self.table.get(group, {}).items():
                with _At(self.place, (group, name)):
                    keys = make(name, entry, self.site.folder)
                yield self._payload(keys, self.names[name])
        for index, entry in enumerate(self.table.get("payloads", ())):
            with _At(self.place, ("payloads", index)):
                yield self._raw(entry)
        for name, entry in self.table.get("vpn", {}).items():
            if "settings" in entry:
                with _At(self.place, ("vpn", name)):
                    keys = vpn_payload(name, entry, self.identifier) | self._values(entry["settings"])
                    yield self._payload(keys, f"vpn.{name}")
        for index, entry in enumerate(self.table.get("accounts", ())):
            with _At(self.place, ("accounts", index)):
                yield self._account(entry)
        yield from self._device_payloads()

    def _device_payloads(self) -> Iterator[dict[str, Any]]:
        if "notifications" in self.table:
            entry = self.table["notifications"]
            with _At(self.place, ("notifications",)):
                settings = self._values(entry.get("settings", {}))
                keys = notification_payload(entry, self.site.targets) | settings
                yield self._payload(keys, "notifications")
        removal = self.table.get("removal", {})
        if "password" in removal:
            with _At(self.place, ("removal", "password")):
                secret = password(removal, "password", what="the removal password")
            keys = {"PayloadType": "com.apple.profileRemovalPassword", "RemovalPassword": secret}
            yield self._payload(keys, "removal-password")

    def _account(self, entry: dict[str, Any]) -> dict[str, Any]:
        account = _KINDS[entry["kind"]](entry, self.site, self._uuid_for)
        if "vpn" in entry:
            if entry["vpn"] not in self.table.get("vpn", {}):
                raise UsageError(
                    f"vpn {entry['vpn']!r} is not described in this profile",
                    hint=f"describe it under [profiles.vpn.{entry['vpn']}]",
                )
            account.settings["VPNUUID"] = vpn_uuid(
                entry["vpn"], self.table["vpn"][entry["vpn"]], self.identifier
            )
        account.settings.update(self._values(entry.get("settings", {})))
        self.accounts.append(account)
        subject = entry.get("address") or entry.get("host") or entry["url"]
        suffix = f"{entry['kind']}.{address_slug(subject) if 'address' in entry else slug(subject)}"
        keys = {"PayloadType": account.type, "PayloadDisplayName": entry.get("description", subject)}
        if account.tells:
            keys["PayloadDescription"] = " ".join(account.tells)
        return self._payload(keys | account.settings, entry.get("id", suffix))

    def _raw(self, entry: dict[str, Any]) -> dict[str, Any]:
        keys: dict[str, Any] = {"PayloadType": entry["type"]}
        if "name" in entry:
            keys["PayloadDisplayName"] = entry["name"]
        suffix = self.names[entry["id"]] if "id" in entry else slug(entry["type"])
        return self._payload(keys | self._values(entry.get("settings", {})), suffix)

    def _payload(self, keys: dict[str, Any], suffix: str) -> dict[str, Any]:
        _refuse_other_than_text(keys)
        identifier = keys.get("PayloadIdentifier", f"{self.identifier}.{suffix}")
        start = {"PayloadType": keys["PayloadType"], "PayloadVersion": 1, "PayloadIdentifier": identifier}
        return {**start, "PayloadUUID": uuid_of(identifier), **keys}

    def _named(self) -> dict[str, str]:
        """Map the names that others refer to, to the ends of their identifiers."""
        names: dict[str, str] = {}
        entries = [("identity", name) for name in self.table.get("identities", ())]
        entries += [("certificate", name) for name in self.table.get("certificates", ())]
        entries += [("payload", entry["id"]) for entry in self.table.get("payloads", ()) if "id" in entry]
        for kind, name in entries:
            if name in names:
                raise UsageError(
                    f"{self.place(())}two things are called {name!r}", hint="give each its own name"
                )
            names[name] = f"{kind}.{name}"
        return names

    def _uuid_for(self, name: str) -> str:
        if name not in self.names:
            known = ", ".join(self.names) or "none is described"
            raise UsageError(
                f"no identity, certificate or payload is called {name!r}", hint=f"known names: {known}"
            )
        return uuid_of(f"{self.identifier}.{self.names[name]}")

    def _head(self, organization: str, address: str, types: set[str]) -> dict[str, Any]:
        table = self.table
        head: dict[str, Any] = {
            "PayloadDisplayName": table.get("name", address or table.get("id", self.identifier))
        }
        head["PayloadDescription"] = table.get("description") or self._description(address)
        if organization:
            head["PayloadOrganization"] = organization
        head |= {"PayloadType": "Configuration", "PayloadVersion": 1, "PayloadIdentifier": self.identifier}
        head["PayloadUUID"] = uuid_of(self.identifier)
        head |= self._destination(types)
        consent = table.get("consent")
        if consent:
            head["ConsentText"] = {"default": consent} if isinstance(consent, str) else consent
        with _At(self.place, ("removal",)):
            head |= _removal(table.get("removal", {}))
        return head

    def _values(self, table: dict[str, Any]) -> dict[str, Any]:
        return {name: values.plain(item, name, self._uuid_for) for name, item in table.items()}

    def _settings_of_head(self) -> dict[str, Any]:
        settings = self._values(self.table.get("settings", {}))
        if "PayloadContent" in settings:
            raise UsageError(
                "PayloadContent is put together from the spec", hint="describe payloads in payloads"
            )
        _refuse_other_than_text(settings)
        if "PayloadIdentifier" in settings:
            settings = {"PayloadUUID": uuid_of(settings["PayloadIdentifier"]), **settings}
        return settings

    def _destination(self, types: set[str]) -> dict[str, Any]:
        platforms = self.site.targets.platforms or ({"ios"} if types & _NOT_ON_MAC else set())
        keys: dict[str, Any] = {}
        if "scope" in self.table:
            keys["PayloadScope"] = self.table["scope"].title()
        elif self.accounts and (not platforms or "macos" in platforms):
            keys["PayloadScope"] = "User"
        kinds = {_DEVICE_TYPES[platform] for platform in platforms}
        if len(kinds) == 1:
            keys["TargetDeviceType"] = kinds.pop()
        return keys

    def _description(self, address: str) -> str:
        tells = dict.fromkeys(text for account in self.accounts for text in account.tells)
        what = "in Mail" if any(account.type == MAIL for account in self.accounts) else "on this device"
        subject = address or self.table.get("name") or self.table.get("id", "")
        return " ".join([f"Sets up {subject} {what}.", *tells])

    def _refuse_twins(self, payloads: list[dict[str, Any]]) -> None:
        seen: set[str] = set()
        for payload in payloads:
            identifier = payload["PayloadIdentifier"]
            if identifier in seen:
                raise UsageError(
                    f"{self.place(())}two payloads would get the identifier {identifier}",
                    hint="give one of them an id",
                )
            seen.add(identifier)


class _At:
    """Put a place in front of the message of whatever goes wrong inside."""

    def __init__(self, place: Callable[[tuple[str | int, ...]], str], path: tuple[str | int, ...]) -> None:
        self._place = place
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ProfilerError):
            raise type(error)(f"{self._place(self._path)}{error.message}", hint=error.hint) from None


def _refuse_other_than_text(keys: dict[str, Any]) -> None:
    """Refuse settings that would be in the way of names made of these keys."""
    for key in ("PayloadIdentifier", "PayloadType", "EmailAddress"):
        if not isinstance(keys.get(key, ""), str):
            raise UsageError(f"{key} must be a text", hint="write it in quotes")


def _removal(table: dict[str, Any]) -> dict[str, Any]:
    keys: dict[str, Any] = {}
    if "disallowed" in table:
        keys["PayloadRemovalDisallowed"] = table["disallowed"]
    if "date" in table:
        keys["RemovalDate"] = values.moment(table["date"])
    if "after-days" in table:
        keys["DurationUntilRemoval"] = float(table["after-days"] * _DAY)
    if "password" in table:
        keys["HasRemovalPasscode"] = True
    return keys


def _holds_secret(value: Any, key: str = "") -> bool:
    if isinstance(value, dict):
        if value.get("PayloadType") == "com.apple.security.pkcs12":
            return True
        return any(_holds_secret(item, name) for name, item in value.items())
    if isinstance(value, list):
        return any(_holds_secret(item, key) for item in value)
    if not isinstance(value, (str, bytes)) or not value or not confidential.keeps_secret(key):
        return False
    return not (isinstance(value, str) and placeholder.is_variable(value))
