"""Every kind of edit to an installed profile has exactly one effect, in every envelope."""

from __future__ import annotations

import copy
import datetime
import plistlib
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from profiler.cli import run
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.errors import ProfilerError
from profiler.lifecycle.effect import Effect
from profiler.lifecycle.plan import MANUAL, MDM, Plan, compare
from tests import clock

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Profile = dict[str, Any]


def uuid(number: int) -> str:
    return f"5F8A3C1E-0B7D-5E52-9C4B-0A6C2D1E7F{number:02X}"


def payload(kind: str, number: int, **settings: Any) -> Profile:
    return {
        **settings,
        "PayloadIdentifier": f"com.example.mail.{number}",
        "PayloadType": f"com.apple.{kind}",
        "PayloadUUID": uuid(number),
        "PayloadVersion": 1,
    }


IMAP, POP, EAS, CALDAV, CARDDAV, LDAP, EWS, GOOGLE, CALENDAR, P12, VPN, LIMITS, REMOVAL, WIFI = range(14)

BASE: Profile = {
    "PayloadContent": [
        payload(
            "mail.managed",
            1,
            EmailAccountDescription="Work",
            EmailAccountType="EmailTypeIMAP",
            EmailAddress="anna@example.com",
            IncomingMailServerAuthentication="EmailAuthPassword",
            IncomingMailServerHostName="imap.example.com",
            IncomingMailServerPortNumber=993,
            IncomingMailServerUseSSL=True,
            IncomingMailServerUsername="anna@example.com",
            OutgoingMailServerAuthentication="EmailAuthPassword",
            OutgoingMailServerHostName="smtp.example.com",
            OutgoingMailServerPortNumber=465,
            OutgoingMailServerUseSSL=True,
            OutgoingMailServerUsername="anna@example.com",
            OutgoingPasswordSameAsIncomingPassword=True,
            PreventMove=True,
            SMIMESigningEnabled=True,
            SMIMESigningCertificateUUID=uuid(10),
            VPNUUID=uuid(90),
        ),
        payload(
            "mail.managed",
            2,
            EmailAccountType="EmailTypePOP",
            EmailAddress="info@example.com",
            IncomingMailServerAuthentication="EmailAuthPassword",
            IncomingMailServerHostName="pop.example.com",
            IncomingMailServerUseSSL=False,
            IncomingMailServerUsername="info@example.com",
            IncomingPassword="correct horse",
            OutgoingMailServerAuthentication="EmailAuthCRAMMD5",
            OutgoingMailServerHostName="smtp.example.com",
            OutgoingMailServerUseSSL=False,
        ),
        payload(
            "eas.account",
            3,
            EmailAddress="anna@example.com",
            Host="eas.example.com",
            OAuth=True,
            SSL=True,
            UserName="anna",
        ),
        payload(
            "caldav.account",
            4,
            CalDAVHostName="dav.example.com",
            CalDAVUseSSL=True,
            CalDAVUsername="anna",
        ),
        payload("carddav.account", 5, CardDAVHostName="dav.example.com", CardDAVUsername="anna"),
        payload("ldap.account", 6, LDAPAccountHostName="ldap.example.com", LDAPAccountUserName="anna"),
        payload(
            "ews.account",
            7,
            EmailAddress="anna@example.com",
            Host="ews.example.com",
            SSL=True,
            UserName="anna",
        ),
        payload("google-oauth", 8, EmailAddress="anna@example.org"),
        payload("subscribedcalendar.account", 9, SubCalAccountHostName="https://example.com/a.ics"),
        payload("security.pkcs12", 10, Password="battery", PayloadContent=b"\0\1"),
        payload("vpn.managed.applayer", 11, VPNUUID=uuid(90), VPNType="IKEv2"),
        payload("applicationaccess", 12, allowOpenFromManagedToUnmanaged=False),
        payload("profileRemovalPassword", 13, RemovalPassword="staple"),
        payload("wifi.managed", 14, SSID_STR="Example", PayloadCertificateUUID=uuid(10)),
    ],
    "PayloadIdentifier": "com.example.mail",
    "PayloadType": "Configuration",
    "PayloadUUID": uuid(0),
    "PayloadVersion": 1,
}


class Row(NamedTuple):
    name: str
    edit: Callable[[Profile], object]
    where: int | None  # the payload that is judged, None for the profile
    effect: str
    certainty: str
    blocks: bool
    also: tuple[str, ...] = ()


def on(index: int, **keys: Any) -> Callable[[Profile], None]:
    """Set keys of a payload; None drops one."""

    def edit(profile: Profile) -> None:
        target = profile["PayloadContent"][index]
        for key, value in keys.items():
            if value is None:
                del target[key]
            else:
                target[key] = value

    return edit


def top(**keys: Any) -> Callable[[Profile], None]:
    return lambda profile: profile.update(keys)


def drop(*indexes: int) -> Callable[[Profile], None]:
    def edit(profile: Profile) -> None:
        profile["PayloadContent"] = [
            one for index, one in enumerate(profile["PayloadContent"]) if index not in indexes
        ]

    return edit


def every(*edits: Callable[[Profile], object]) -> Callable[[Profile], None]:
    def edit(profile: Profile) -> None:
        for one in edits:
            one(profile)

    return edit


DOC, REP, UNK = "documented", "reported", "unknown"
OK, NO = False, True

TABLE = [
    # the thirteen edits that a plan of payload UUIDs alone misjudges
    Row("profile renamed", top(PayloadIdentifier="com.example.post"), None, "beside", DOC, NO),
    Row("payload renamed", on(IMAP, PayloadIdentifier="com.example.x"), IMAP, "replace", DOC, NO),
    Row("payload uuid anew", on(IMAP, PayloadUUID=uuid(77)), IMAP, "replace", DOC, NO),
    Row("account dropped", drop(IMAP), -1, "remove", DOC, NO),
    Row("imap to pop", on(IMAP, EmailAccountType="EmailTypePOP"), IMAP, "rebind", REP, NO),
    Row("user name", on(IMAP, IncomingMailServerUsername="bob"), IMAP, "rebind", REP, NO),
    Row("host", on(IMAP, IncomingMailServerHostName="imap.example.org"), IMAP, "reconfigure", REP, OK),
    Row("tls off", on(IMAP, IncomingMailServerUseSSL=False), IMAP, "downgrade", DOC, NO, ("reconfigure",)),
    Row("move allowed", on(IMAP, PreventMove=None), IMAP, "downgrade", DOC, NO, ("reconfigure",)),
    Row("password dropped", on(POP, IncomingPassword=None), POP, "credential", UNK, OK),
    Row(
        "certificate dangles",
        on(IMAP, SMIMESigningCertificateUUID=uuid(78)),
        IMAP,
        "broken-reference",
        DOC,
        NO,
        ("reconfigure",),
    ),
    Row("removal forbidden", top(PayloadRemovalDisallowed=True), None, "lock", DOC, NO),
    Row("uuid letter case", on(IMAP, PayloadUUID=uuid(1).lower()), IMAP, "replace", UNK, NO),
    Row("account type dropped", on(IMAP, EmailAccountType=None), IMAP, "reconfigure", REP, OK),
    Row("address with a space", on(IMAP, EmailAddress="anna@example.com "), IMAP, "reconfigure", REP, OK),
    # the profile
    Row("nothing", top(), None, "identical", DOC, OK),
    Row("profile uuid", top(PayloadUUID=uuid(79)), None, "reconfigure", DOC, OK),
    Row("profile uuid letter case", top(PayloadUUID=uuid(0).lower()), None, "reconfigure", DOC, OK),
    Row("profile name", top(PayloadDisplayName="Mail"), None, "reconfigure", DOC, OK),
    Row("consent text", top(ConsentText={"default": "Yes?"}), None, "reconfigure", DOC, OK),
    Row("target device", top(TargetDeviceType=5), None, "reconfigure", DOC, OK),
    Row("target device: the default", top(TargetDeviceType=0), None, "identical", DOC, OK),
    Row("removal allowed: the default", top(PayloadRemovalDisallowed=False), None, "identical", DOC, OK),
    Row("removal date", top(RemovalDate=datetime.datetime(2030, 1, 1)), None, "lock", DOC, NO),  # noqa: DTZ001
    Row("duration", top(DurationUntilRemoval=86400.0), None, "lock", DOC, NO),
    Row("scope", top(PayloadScope="System"), None, "beside", REP, NO),
    Row("scope: the default", top(PayloadScope="User"), None, "identical", DOC, OK),
    Row(
        "renamed and locked",
        top(PayloadIdentifier="com.example.x", PayloadRemovalDisallowed=True),
        None,
        "beside",
        DOC,
        NO,
        ("lock",),
    ),
    # identity of payloads
    Row("both halves anew", on(IMAP, PayloadIdentifier="x", PayloadUUID=uuid(80)), IMAP, "replace", DOC, NO),
    Row("type changed", on(CALDAV, PayloadType="com.apple.carddav.account"), CALDAV, "replace", UNK, NO),
    Row("wifi uuid anew", on(WIFI, PayloadUUID=uuid(81)), WIFI, "replace", DOC, OK),
    Row("wifi dropped", drop(WIFI), -1, "remove", DOC, OK),
    Row("calendar dropped", drop(CALDAV), -1, "remove", DOC, NO),
    Row(
        "account added",
        lambda p: p["PayloadContent"].append(payload("carddav.account", 30, CardDAVHostName="x")),
        -1,
        "add",
        DOC,
        OK,
    ),
    Row("order", lambda p: p["PayloadContent"].reverse(), 13, "identical", DOC, OK),
    # mail accounts
    Row("port", on(IMAP, IncomingMailServerPortNumber=143), IMAP, "reconfigure", REP, OK),
    Row("port as real", on(IMAP, IncomingMailServerPortNumber=993.0), IMAP, "reconfigure", REP, OK),
    Row(
        "outgoing host", on(IMAP, OutgoingMailServerHostName="smtp.example.org"), IMAP, "reconfigure", REP, OK
    ),
    Row("description", on(IMAP, EmailAccountDescription="Post"), IMAP, "reconfigure", REP, OK),
    Row("sender name", on(IMAP, EmailAccountName="Anna"), IMAP, "reconfigure", REP, OK),
    Row("mail drop: the default", on(IMAP, allowMailDrop=False), IMAP, "identical", DOC, OK),
    Row("mail drop", on(IMAP, allowMailDrop=True), IMAP, "downgrade", DOC, NO, ("reconfigure",)),
    Row("app sheet prevented", on(IMAP, PreventAppSheet=True), IMAP, "reconfigure", REP, OK),
    Row("address", on(IMAP, EmailAddress="bob@example.com"), IMAP, "rebind", REP, NO),
    Row("address letter case", on(IMAP, EmailAddress="Anna@example.com"), IMAP, "rebind", UNK, NO),
    Row("user name dropped", on(IMAP, IncomingMailServerUsername=None), IMAP, "rebind", UNK, NO),
    Row("outgoing user name", on(IMAP, OutgoingMailServerUsername="smtp"), IMAP, "credential", REP, OK),
    Row("ssl dropped", on(IMAP, IncomingMailServerUseSSL=None), IMAP, "downgrade", DOC, NO, ("reconfigure",)),
    Row(
        "outgoing tls off",
        on(IMAP, OutgoingMailServerUseSSL=False),
        IMAP,
        "downgrade",
        DOC,
        NO,
        ("reconfigure",),
    ),
    Row("ssl as number", on(IMAP, IncomingMailServerUseSSL=1), IMAP, "reconfigure", REP, OK),
    Row(
        "no authentication",
        on(IMAP, OutgoingMailServerAuthentication="EmailAuthNone"),
        IMAP,
        "downgrade",
        DOC,
        NO,
        ("credential",),
    ),
    Row(
        "challenge",
        on(IMAP, IncomingMailServerAuthentication="EmailAuthCRAMMD5"),
        IMAP,
        "credential",
        REP,
        OK,
    ),
    Row(
        "one password for both",
        on(IMAP, OutgoingPasswordSameAsIncomingPassword=False),
        IMAP,
        "credential",
        REP,
        OK,
    ),
    Row("signing off", on(IMAP, SMIMESigningEnabled=None), IMAP, "downgrade", DOC, NO, ("reconfigure",)),
    Row(
        "signing optional",
        on(IMAP, SMIMESigningUserOverrideable=True),
        IMAP,
        "downgrade",
        DOC,
        NO,
        ("reconfigure",),
    ),
    Row("certificate gone", drop(P12), IMAP, "broken-reference", DOC, NO),
    Row(
        "certificate unnamed",
        on(IMAP, SMIMESigningCertificateUUID=None),
        IMAP,
        "downgrade",
        DOC,
        NO,
        ("reconfigure",),
    ),
    Row(
        "reference letter case",
        on(IMAP, SMIMESigningCertificateUUID=uuid(10).lower()),
        IMAP,
        "reconfigure",
        REP,
        OK,
    ),
    Row("vpn gone", drop(VPN), IMAP, "broken-reference", UNK, NO),
    Row("vpn unnamed", on(IMAP, VPNUUID=None), IMAP, "downgrade", DOC, NO, ("reconfigure",)),
    Row("vpn of another profile", on(CALDAV, VPNUUID=uuid(82)), CALDAV, "reconfigure", REP, OK),
    Row("pop host", on(POP, IncomingMailServerHostName="pop.example.org"), POP, "reconfigure", REP, OK),
    Row("pop to imap", on(POP, EmailAccountType="EmailTypeIMAP"), POP, "rebind", REP, NO),
    Row("pop password", on(POP, IncomingPassword="other"), POP, "credential", REP, OK),
    Row(
        "plain password in clear",
        on(POP, OutgoingMailServerAuthentication="EmailAuthPassword"),
        POP,
        "downgrade",
        DOC,
        NO,
        ("credential",),
    ),
    Row("tls on", on(POP, IncomingMailServerUseSSL=True), POP, "reconfigure", REP, OK),
    Row(
        "rebind and downgrade",
        on(IMAP, IncomingMailServerUsername="bob", PreventMove=False),
        IMAP,
        "rebind",
        REP,
        NO,
        ("downgrade", "reconfigure"),
    ),
    Row(
        "replace and rebind",
        on(IMAP, PayloadUUID=uuid(83), IncomingMailServerUsername="bob"),
        IMAP,
        "replace",
        DOC,
        NO,
        ("rebind",),
    ),
    # other accounts
    Row("exchange host", on(EAS, Host="eas.example.org"), EAS, "reconfigure", REP, OK),
    Row("exchange user", on(EAS, UserName="bob"), EAS, "rebind", REP, NO),
    Row("exchange ssl dropped", on(EAS, SSL=None), EAS, "downgrade", DOC, NO, ("reconfigure",)),
    Row("exchange oauth off", on(EAS, OAuth=False), EAS, "downgrade", DOC, NO, ("credential",)),
    Row("exchange password", on(EAS, Password="x"), EAS, "credential", DOC, OK),
    Row("exchange days: the default", on(EAS, MailNumberOfPastDaysToSync=7), EAS, "identical", DOC, OK),
    Row("exchange days", on(EAS, MailNumberOfPastDaysToSync=14), EAS, "reconfigure", REP, OK),
    Row("exchange certificate", on(EAS, PayloadCertificateUUID=uuid(10)), EAS, "credential", REP, OK),
    Row("caldav ssl dropped", on(CALDAV, CalDAVUseSSL=None), CALDAV, "identical", DOC, OK),
    Row("caldav ssl off", on(CALDAV, CalDAVUseSSL=False), CALDAV, "downgrade", DOC, NO, ("reconfigure",)),
    Row("caldav host", on(CALDAV, CalDAVHostName="dav.example.org"), CALDAV, "reconfigure", REP, OK),
    Row("carddav ssl off", on(CARDDAV, CardDAVUseSSL=False), CARDDAV, "downgrade", DOC, NO, ("reconfigure",)),
    Row("carddav user", on(CARDDAV, CardDAVUsername="bob"), CARDDAV, "rebind", REP, NO),
    Row("ldap host", on(LDAP, LDAPAccountHostName="ldap.example.org"), LDAP, "reconfigure", REP, OK),
    Row("ews ssl dropped", on(EWS, SSL=None), EWS, "identical", DOC, OK),
    Row("ews host", on(EWS, Host="ews.example.org"), EWS, "reconfigure", UNK, OK),
    Row("google name", on(GOOGLE, AccountName="Anna"), GOOGLE, "reconfigure", UNK, OK),
    Row("google address", on(GOOGLE, EmailAddress="bob@example.org"), GOOGLE, "rebind", REP, NO),
    Row(
        "calendar address",
        on(CALENDAR, SubCalAccountHostName="https://example.com/b.ics"),
        CALENDAR,
        "reconfigure",
        REP,
        OK,
    ),
    # payloads that make no account
    Row(
        "documents leave",
        on(LIMITS, allowOpenFromManagedToUnmanaged=None),
        LIMITS,
        "downgrade",
        DOC,
        NO,
        ("reconfigure",),
    ),
    Row("restriction added", on(LIMITS, allowCamera=False), LIMITS, "reconfigure", DOC, OK),
    Row("removal password", on(REMOVAL, RemovalPassword="other"), REMOVAL, "lock", DOC, NO),
    Row("removal password dropped", drop(REMOVAL), -1, "remove", DOC, NO, ("lock",)),
    Row("certificate content", on(P12, PayloadContent=b"\0\2"), P12, "reconfigure", DOC, OK),
    Row(
        "wifi certificate dangles",
        on(WIFI, PayloadCertificateUUID=uuid(84)),
        WIFI,
        "broken-reference",
        DOC,
        NO,
        ("reconfigure",),
    ),
]


def document(data: bytes) -> Document:
    return Document(from_bytes(data, "test.mobileconfig"))


def changed(edit: Callable[[Profile], object]) -> Profile:
    profile = copy.deepcopy(BASE)
    edit(profile)
    return profile


def plan(old: bytes, new: bytes, delivery: str = MANUAL) -> Plan:
    return compare(document(old), document(new), delivery)


@pytest.mark.parametrize("envelope", ["xml", "binary", "signed"])
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_an_edit_has_its_effect(
    row: Row, envelope: str, pack: Callable[[Profile, str], bytes], tmp_path: Path
) -> None:
    old, new = pack(BASE, envelope), pack(changed(row.edit), envelope)
    made = plan(old, new)
    judgements = made.judgements if row.where is None else made.payloads[row.where].judgements
    effects = [str(judgement.effect) for judgement in judgements]
    assert (effects[0], tuple(dict.fromkeys(effects[1:])), str(judgements[0].certainty)) == (
        row.effect,
        row.also,
        row.certainty,
    )
    for name, data in (("old", old), ("new", new)):
        (tmp_path / name).write_bytes(data)
    assert run(["plan", str(tmp_path / "old"), str(tmp_path / "new")]) == int(row.blocks)


def test_the_table_is_long_and_says_everything_once() -> None:
    assert len(TABLE) >= 60
    assert len({row.name for row in TABLE}) == len(TABLE)
    assert {row.effect for row in TABLE} == {str(effect) for effect in Effect} - {"refused"}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_a_profile_is_identical_to_itself(row: Row, pack: Callable[[Profile, str], bytes]) -> None:
    data = pack(changed(row.edit), "xml")
    assert plan(data, data).effects == {Effect.IDENTICAL}
    assert plan(data, pack(changed(row.edit), "binary")).effects == {Effect.IDENTICAL}


@pytest.mark.parametrize(
    ("old", "new", "delivery", "expected"),
    [
        ("signed", "signed", MANUAL, Effect.IDENTICAL),
        ("signed", "xml", MANUAL, Effect.REFUSED),
        ("signed", "renewed", MANUAL, Effect.REFUSED),
        ("signed", "renewed", MDM, Effect.IDENTICAL),
        ("signed", "xml", MDM, Effect.IDENTICAL),
        ("xml", "signed", MANUAL, Effect.IDENTICAL),
    ],
)
def test_only_the_same_signer_updates_by_hand(
    old: str,
    new: str,
    delivery: str,
    expected: Effect,
    pack: Callable[[Profile, str], bytes],
    sign: Callable[..., bytes],
) -> None:
    def data(envelope: str) -> bytes:
        return sign(pack(BASE, "xml"), 1) if envelope == "renewed" else pack(BASE, envelope)

    made = plan(data(old), data(new), delivery)
    assert made.judgements[0].effect is expected
    assert made.blocking == ({Effect.REFUSED} if expected is Effect.REFUSED else set())


@pytest.mark.parametrize(
    ("index", "edit", "mail"),
    [
        (IMAP, top(), "kept"),
        (IMAP, on(IMAP, EmailAccountName="Anna"), "may-be-downloaded-again"),
        (IMAP, on(POP, EmailAccountName="Anna"), "may-be-downloaded-again"),
        (IMAP, top(PayloadIdentifier="com.example.x"), "kept"),
        (POP, on(POP, EmailAccountName="Anna"), "may-be-lost"),
        (POP, on(POP, PayloadUUID=uuid(85)), "may-be-lost"),
        (EAS, on(EAS, Host="eas.example.org"), "kept"),
        (EAS, on(EAS, PayloadUUID=uuid(85)), "may-be-downloaded-again"),
        (EAS, on(EAS, UserName="bob"), "may-be-downloaded-again"),
        (CALDAV, on(CALDAV, PayloadUUID=uuid(85)), "not-affected"),
        (WIFI, on(WIFI, SSID_STR="Other"), "not-affected"),
        (-1, drop(IMAP), "removed"),
        (-1, drop(WIFI), "not-affected"),
    ],
)
def test_what_becomes_of_mail(
    index: int, edit: Callable[[Profile], object], mail: str, pack: Callable[[Profile, str], bytes]
) -> None:
    assert plan(pack(BASE, "xml"), pack(changed(edit), "xml")).payloads[index].mail == mail


RENAMED = top(PayloadIdentifier="com.example.post")


@pytest.mark.parametrize(
    ("index", "edit", "seen", "mail"),
    [
        (IMAP, RENAMED, "a second account appears", "kept"),
        (POP, every(RENAMED, on(POP, PayloadUUID=uuid(85))), "a second account appears", "kept"),
        (WIFI, every(RENAMED, on(WIFI, SSID_STR="Other")), "the new settings apply", "not-affected"),
        (-1, every(RENAMED, drop(POP)), "nothing: the installed profile stays", "kept"),
    ],
    ids=["same", "replaced", "no account", "dropped"],
)
def test_beside_another_profile_nothing_is_lost(
    index: int,
    edit: Callable[[Profile], object],
    seen: str,
    mail: str,
    pack: Callable[[Profile, str], bytes],
) -> None:
    one = plan(pack(BASE, "xml"), pack(changed(edit), "xml")).payloads[index]
    assert (one.user_sees, str(one.mail)) == (seen, mail)


def test_of_what_is_refused_nothing_arrives(pack: Callable[[Profile, str], bytes]) -> None:
    old, new = pack(BASE, "signed"), pack(changed(drop(POP)), "xml")
    assert {one.user_sees for one in plan(old, new).payloads} == {"nothing: the installed profile stays"}
    assert {str(one.mail) for one in plan(old, new).payloads} == {"kept", "not-affected"}
    assert str(plan(old, new, MDM).payloads[-1].mail) == "removed"


@pytest.mark.parametrize(
    ("index", "before", "after", "expected"),
    [
        (EAS, {"Certificate": b"p12"}, {}, "Certificate"),
        (EAS, {"Certificate": b"p12"}, {"Certificate": b""}, "Certificate"),
        (EAS, {"Certificate": b"p12"}, {"PayloadCertificateUUID": uuid(10)}, ""),
        (EAS, {"PayloadCertificateUUID": uuid(10)}, {}, "PayloadCertificateUUID"),
        (EWS, {"AuthenticationCertificateUUID": uuid(10)}, {"PayloadCertificateUUID": uuid(10)}, ""),
        (EWS, {"AuthenticationCertificateUUID": uuid(10)}, {}, "AuthenticationCertificateUUID"),
    ],
)
def test_an_account_that_loses_its_certificate_is_weaker(
    index: int, before: Profile, after: Profile, expected: str, pack: Callable[[Profile, str], bytes]
) -> None:
    old, new = (pack(changed(on(index, **keys)), "xml") for keys in (before, after))
    made = plan(old, new)
    reason = f"{expected} is gone: the account no longer proves itself with a certificate"
    effects = [str(one.effect) for one in made.payloads[index].judgements]
    assert effects == (["downgrade", "credential"] if expected else ["credential"])
    assert not expected or made.payloads[index].judgements[0].reason == reason


def sealed(profile: Profile, ciphertext: bytes) -> bytes:
    outside = {key: value for key, value in profile.items() if key != "PayloadContent"}
    return plistlib.dumps({**outside, "EncryptedPayloadContent": ciphertext})


def test_encryption_dropped_is_a_downgrade(pack: Callable[[Profile, str], bytes]) -> None:
    made = plan(sealed(BASE, b"one"), pack(BASE, "xml"))
    assert [judgement.effect for judgement in made.judgements] == [Effect.DOWNGRADE, Effect.RECONFIGURE]
    assert made.unread
    assert made.payloads == ()


def test_encrypted_payloads_that_were_not_compared_are_not_called_identical() -> None:
    assert plan(sealed(BASE, b"one"), sealed(BASE, b"one")).effects == {Effect.IDENTICAL}
    made = plan(sealed(BASE, b"one"), sealed(BASE, b"two"))
    assert [(one.effect, str(one.certainty)) for one in made.judgements] == [(Effect.RECONFIGURE, "unknown")]


def test_a_uuid_swap_is_judged_by_identifier(pack: Callable[[Profile, str], bytes]) -> None:
    made = plan(
        pack(BASE, "xml"),
        pack(changed(every(on(IMAP, PayloadUUID=uuid(2)), on(POP, PayloadUUID=uuid(1)))), "xml"),
    )
    assert [str(one.judgements[0].effect) for one in made.payloads[:2]] == ["replace", "replace"]
    assert made.payloads[0].old is not None
    assert made.payloads[0].old.identifier == "com.example.mail.1"


def test_a_number_is_the_same_with_and_without_a_fraction(pack: Callable[[Profile, str], bytes]) -> None:
    whole, real, longer = (pack(changed(top(DurationUntilRemoval=time)), "xml") for time in (60, 60.0, 60.5))
    assert plan(whole, real).effects == {Effect.IDENTICAL}
    assert plan(whole, longer).judgements[0].effect is Effect.LOCK
    port = pack(changed(on(IMAP, IncomingMailServerPortNumber=993.0)), "xml")
    assert plan(pack(BASE, "xml"), port).payloads[IMAP].judgements[0].effect is Effect.RECONFIGURE


def accounts(*numbers: int, suffix: int = 0) -> Profile:
    """Mail accounts of several people under one identifier, as some generators write them."""
    one = BASE["PayloadContent"][POP]
    return {
        **BASE,
        "PayloadContent": [
            {
                **one,
                "EmailAddress": f"user{number}@example.com",
                "IncomingMailServerUsername": f"user{number}@example.com",
                "PayloadUUID": uuid(number + suffix),
            }
            for number in numbers
        ],
    }


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (accounts(2, 1), [("user2@example.com", ["identical"]), ("user1@example.com", ["identical"])]),
        (
            accounts(2, 1, suffix=20),
            [("user2@example.com", ["replace"]), ("user1@example.com", ["replace"])],
        ),
        (
            accounts(3, 1, suffix=20),
            [("user2@example.com", ["replace", "rebind", "rebind"]), ("user1@example.com", ["replace"])],
        ),
    ],
    ids=["order", "new UUIDs", "one of another user"],
)
def test_of_payloads_with_one_identifier_the_mailbox_tells_which(
    new: Profile, expected: list[tuple[str, list[str]]], pack: Callable[[Profile, str], bytes]
) -> None:
    made = plan(pack(accounts(1, 2), "xml"), pack(new, "xml"))
    found = [
        (one.old.settings["EmailAddress"], [str(each.effect) for each in one.judgements])
        for one in made.payloads
        if one.old is not None
    ]
    assert found == expected


def test_many_payloads_with_one_identifier_are_soon_told_apart(pack: Callable[[Profile, str], bytes]) -> None:
    old, new = (
        Document(from_bytes(pack(accounts(*range(first, first + 300)), "xml"))) for first in (1000, 2000)
    )
    made = clock.soon(lambda: compare(old, new))
    assert {str(one.judgements[0].effect) for one in made.payloads} == {"replace"}


def test_secrets_are_hidden_and_the_change_is_shown(pack: Callable[[Profile, str], bytes]) -> None:
    edit = every(on(POP, IncomingPassword="other"), on(P12, PayloadContent=b"\0\2", Password="new"))
    made = plan(pack(BASE, "xml"), pack(changed(edit), "xml"))
    changes = [change for one in made.payloads for change in one.changes]
    assert [(change.key, change.kind, change.secret, change.before, change.after) for change in changes] == [
        ("IncomingPassword", "changed", True, None, None),
        ("Password", "changed", True, None, None),
        ("PayloadContent", "changed", True, None, None),
    ]


def test_values_deep_inside_are_compared_one_by_one(pack: Callable[[Profile, str], bytes]) -> None:
    old = changed(on(LDAP, LDAPSearchSettings=[{"LDAPSearchSettingSearchBase": "dc=a"}]))
    new = changed(
        on(
            LDAP,
            LDAPSearchSettings=[
                {
                    "LDAPSearchSettingSearchBase": "dc=b",
                    "LDAPSearchSettingScope": "LDAPSearchSettingScopeSubtree",
                },
                {"LDAPSearchSettingSearchBase": "dc=c", "Password": "geheim"},
            ],
        )
    )
    made = plan(pack(old, "xml"), pack(new, "xml"))
    assert [(one.key_path, one.kind, one.before, one.after) for one in made.payloads[LDAP].changes] == [
        (("LDAPSearchSettings", 0, "LDAPSearchSettingSearchBase"), "changed", "dc=a", "dc=b"),
        (("LDAPSearchSettings", 1, "LDAPSearchSettingSearchBase"), "added", None, "dc=c"),
        (("LDAPSearchSettings", 1, "Password"), "added", None, None),
    ]


def test_what_is_no_profile_is_an_error() -> None:
    with pytest.raises(ProfilerError, match="is no configuration profile"):
        plan(plistlib.dumps({"a": 1}), plistlib.dumps(BASE))
    with pytest.raises(ProfilerError, match="cannot be read"):
        plan(plistlib.dumps(BASE), b"hello")
