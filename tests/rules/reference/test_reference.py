"""References between payloads: what is said, and what must not be."""

from __future__ import annotations

import base64
import pickle
from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.source import Position
from profiler.model.account import CALDAV, EAS, EWS, MAIL
from profiler.rules.across import Place, Remark
from profiler.rules.reference import vpn_missing
from profiler.rules.rule import Severity
from profiler.rules.security.example_certificates import ISSUING, SERVER

if TYPE_CHECKING:
    from tests.rules.conftest import Bench

PREFIXES = ("ref-",)
SCEP = "com.apple.security.scep"
ROOT_CA = "com.apple.security.root"
VPN = "com.apple.vpn.managed.applayer"
UUID = "5E1B0CE6-8C0A-4A7E-9A52-5D3B1C0F7A11"
OTHER = "E9D2B4A6-7C1F-4E0A-B3D8-6F5A9C8E7B10"


def scep(bench: Bench, uuid: str = UUID) -> dict[str, Any]:
    return bench.payload(SCEP, PayloadUUID=uuid, PayloadContent={"URL": "https://ca.example.com/scep"})


def test_a_certificate_that_is_not_in_the_file(bench: Bench) -> None:
    assert bench.lint(bench.payload(EAS, PayloadCertificateUUID=UUID)) == [
        (
            "ref-cert-missing",
            "error",
            f"PayloadCertificateUUID names {UUID}, which is the PayloadUUID of no payload in this file",
        )
    ]


def test_one_certificate_missing_from_two_keys_is_one_finding(bench: Bench) -> None:
    mail = bench.payload(MAIL, SMIMESigningCertificateUUID=UUID, SMIMEEncryptionCertificateUUID=UUID)
    assert bench.ids(mail) == ["ref-cert-missing"]


@pytest.mark.parametrize(
    ("options", "severity"),
    [
        ({"target": "ios,mdm"}, "warning"),
        ({"target": "ios,manual"}, "error"),
        ({"target": "ios,mdm", "complete": True}, "error"),
    ],
)
def test_a_missing_certificate_may_come_by_another_profile_of_a_service(
    bench: Bench, options: dict[str, Any], severity: str
) -> None:
    found = bench.lint(bench.payload(EWS, PayloadCertificateUUID=UUID), **options)
    assert [(rule, grade) for rule, grade, _ in found] == [("ref-cert-missing", severity)]


@pytest.mark.parametrize("uuid", ["", "  ", "$SERIALNUMBER", "{{cert}}"])
def test_an_empty_reference_or_one_to_be_filled_in_is_no_missing_certificate(bench: Bench, uuid: str) -> None:
    assert bench.lint(bench.payload(EAS, PayloadCertificateUUID=uuid)) == []


def test_letter_case_and_blanks_of_a_reference_do_not_matter(bench: Bench) -> None:
    eas = bench.payload(EAS, PayloadCertificateUUID=f" {UUID.lower()}\n")
    assert bench.lint(scep(bench), eas) == []


def test_a_root_is_no_identity(bench: Bench) -> None:
    root = bench.payload(ROOT_CA, PayloadUUID=UUID, PayloadContent=b"0")
    mail = bench.payload(MAIL, SMIMESigningCertificateUUID=UUID)
    assert bench.lint(root, mail) == [
        (
            "ref-cert-not-identity",
            "error",
            f"SMIMESigningCertificateUUID names a {ROOT_CA} payload, which has no private key",
        )
    ]


@pytest.mark.parametrize(
    "kind", ["com.apple.security.pkcs12", "com.apple.security.acme", "com.apple.ADCertificate.managed", SCEP]
)
def test_every_kind_of_identity_counts(bench: Bench, kind: str) -> None:
    identity = bench.payload(kind, PayloadUUID=UUID)
    assert bench.lint(identity, bench.payload(EAS, PayloadCertificateUUID=UUID)) == []


def test_a_late_identity_is_put_before_its_account_with_the_comment_of_the_account(bench: Bench) -> None:
    eas = bench.payload(EAS, PayloadCertificateUUID=UUID)
    assert bench.lint(eas, scep(bench)) == [
        (
            "ref-cert-order",
            "warning",
            f"The account may be installed before the {SCEP} payload that it needs and that stands behind it",
        )
    ]
    assert [one["PayloadType"] for one in bench.fixed(eas, scep(bench))] == [SCEP, EAS]


def test_an_account_with_a_password_is_not_moved_so_that_no_report_shows_it(bench: Bench) -> None:
    eas = bench.payload(EAS, PayloadCertificateUUID=UUID, Password="Sommer-2026")
    assert [one["PayloadType"] for one in bench.fixed(eas, scep(bench), unsafe=True)] == [EAS, SCEP]


def test_a_late_root_matters_to_servers_of_no_known_provider_only(bench: Bench) -> None:
    root = bench.payload(ROOT_CA, PayloadContent=b"0")
    own = bench.payload(CALDAV, CalDAVHostName="dav.example.internal")
    mail = bench.payload(MAIL, IncomingMailServerHostName="mail.example.internal")
    known = bench.payload(MAIL, IncomingMailServerHostName="imap.gmail.com")
    assert bench.ids(mail, root) == ["ref-cert-order"]
    assert bench.ids(root, mail) == []
    assert bench.ids(known, root) == []
    assert bench.ids(own, root) == []  # no identity, no mail login: nothing is tried while it is installed


@pytest.mark.parametrize("kind", ["com.apple.security.pem", "com.apple.security.pkcs1"])
def test_a_late_ca_of_another_payload_type_counts(bench: Bench, kind: str) -> None:
    mail = bench.payload(MAIL, IncomingMailServerHostName="mail.example.internal")
    authority = bench.payload(kind, PayloadContent=base64.b64decode(ISSUING))
    server = bench.payload(kind, PayloadContent=base64.b64decode(SERVER))
    assert bench.ids(mail, authority) == ["ref-cert-order"]
    assert bench.ids(authority, mail) == []
    assert bench.ids(mail, server) == []


def test_a_vpn_of_another_profile_is_a_note(bench: Bench) -> None:
    assert bench.lint(bench.payload(MAIL, VPNUUID=OTHER)) == [
        ("ref-vpn-missing", "note", f"The account needs the per-app VPN {OTHER}, which is not in this file")
    ]


@pytest.mark.parametrize("uuid", ["", "$SERIALNUMBER"])
def test_a_vpn_to_be_filled_in_is_not_missing(bench: Bench, uuid: str) -> None:
    assert bench.lint(bench.payload(MAIL, VPNUUID=uuid)) == []


def test_with_all_files_of_a_device_a_vpn_is_looked_for_in_each(bench: Bench) -> None:
    mail = bench.payload(MAIL, VPNUUID=OTHER)
    assert bench.lint(mail, complete=True) == []
    wanting = vpn_missing.collect(bench.run(mail, complete=True))
    offering = vpn_missing.collect(bench.run(bench.payload(VPN, VPNUUID=OTHER.lower()), complete=True))
    wanting, offering = pickle.loads(pickle.dumps((wanting, offering)))  # noqa: S301 - as a process pool does
    assert vpn_missing.compare([("a", wanting), ("b", offering)]) == []
    assert vpn_missing.compare([("a", wanting)]) == [
        (
            "a",
            Remark(
                Place(("PayloadContent", 0, "VPNUUID"), Position(49, 4, 1635), Position(49, 57, 1688)),
                f"The account needs the per-app VPN {OTHER}, which is not in any of the files",
                "install the profile with the per-app VPN first, or correct VPNUUID",
                Severity.WARNING,
            ),
        )
    ]


def test_without_set_complete_nothing_is_collected(bench: Bench) -> None:
    assert (
        vpn_missing.compare([("a", vpn_missing.collect(bench.run(bench.payload(MAIL, VPNUUID=OTHER))))]) == []
    )


def test_a_vpn_named_by_its_payload_uuid(bench: Bench) -> None:
    vpn = bench.payload(VPN, PayloadUUID=UUID, VPNUUID=OTHER)
    mail = bench.payload(MAIL, VPNUUID=UUID)
    assert bench.ids(vpn, mail) == ["ref-vpn-is-payload-uuid"]
    assert bench.fixed(vpn, mail)[1]["VPNUUID"] == OTHER
    same = bench.payload(VPN, PayloadUUID=OTHER, VPNUUID=OTHER)
    assert bench.lint(same, bench.payload(MAIL, VPNUUID=OTHER)) == []


def test_a_vpn_payload_without_vpnuuid_offers_no_fix(bench: Bench) -> None:
    vpn = bench.payload("com.apple.vpn.managed", PayloadUUID=UUID)
    mail = bench.payload(MAIL, VPNUUID=UUID)
    assert bench.ids(vpn, mail) == ["ref-vpn-is-payload-uuid"]
    assert bench.fixed(vpn, mail, unsafe=True)[1]["VPNUUID"] == UUID


def test_vpnuuid_on_a_mac_by_target_only(bench: Bench) -> None:
    mail = bench.payload(MAIL, VPNUUID=OTHER)
    vpn = bench.payload(VPN, VPNUUID=OTHER)
    assert bench.ids(vpn, mail) == []
    assert bench.ids(vpn, mail, target="macos") == ["ref-vpn-mac"]
    assert bench.found(bench.profile(vpn, mail, TargetDeviceType=5)) == []
    assert "VPNUUID" not in bench.fixed(vpn, mail, target="macos")[1]
    assert "VPNUUID" in bench.fixed(vpn, mail, target="macos ios", unsafe=True)[1]


def test_an_identity_nobody_uses(bench: Bench) -> None:
    assert bench.lint(scep(bench), bench.payload(MAIL)) == [
        (
            "ref-unused-identity",
            "note",
            "This identity is installed, but no account and no other payload in the file uses it",
        )
    ]


def test_wifi_vpn_and_sign_on_use_identities_too(bench: Bench) -> None:
    wifi = bench.payload("com.apple.wifi.managed", PayloadCertificateUUID=UUID.lower())
    assert bench.lint(scep(bench), wifi, bench.payload(MAIL)) == []


def test_an_identity_alone_or_for_macs_is_not_forgotten(bench: Bench) -> None:
    assert bench.lint(scep(bench)) == []
    assert bench.lint(scep(bench), bench.payload(MAIL), target="macos") == []


def test_an_identifier_that_repeats_the_uuid_is_no_use(bench: Bench) -> None:
    identity = scep(bench) | {"PayloadIdentifier": UUID}
    assert bench.ids(identity, bench.payload(MAIL)) == ["ref-unused-identity"]


def test_the_ignored_one_of_two_certificates_goes_with_its_password(bench: Bench) -> None:
    eas = bench.payload(
        EAS, PayloadCertificateUUID=UUID, Certificate=b"0", CertificateName="k.p12", CertificatePassword="x"
    )
    assert bench.ids(scep(bench), eas) == ["ref-two-certs"]
    kept = bench.fixed(scep(bench), eas)[1]
    assert {"Certificate", "CertificateName", "CertificatePassword"}.isdisjoint(kept)
    assert kept["PayloadCertificateUUID"] == UUID


def test_user_data_from_an_identification_payload(bench: Bench) -> None:
    ews = bench.payload(EWS, IdentificationUUID=UUID)
    identification = bench.payload("com.apple.configurationprofile.identification", PayloadUUID=UUID)
    assert bench.lint(identification, ews) == []
    assert bench.lint(ews) == [
        (
            "ref-identification",
            "warning",
            f"IdentificationUUID names {UUID}, and no identification payload has that UUID",
        )
    ]


def test_what_an_identification_payload_fills_in_is_neither_empty_nor_missing(bench: Bench) -> None:
    empty = dict.fromkeys(
        ("EmailAccountName", "EmailAddress", "IncomingMailServerUsername", "OutgoingMailServerUsername", "IncomingPassword"), ""
    )  # fmt: skip
    identification = bench.payload("com.apple.configurationprofile.identification", PayloadUUID=UUID)
    mail = bench.payload(MAIL, IdentificationUUID=UUID, **empty)
    bare = bench.payload(MAIL, IdentificationUUID=UUID, **dict.fromkeys(empty))
    wanted = ("doc-empty-string", "mail-name-missing", "mail-address-missing", "mail-username-missing")
    for select in wanted:
        assert bench.ids(identification, mail, select=select, target="macos:15,mdm") == []
        assert bench.ids(identification, bare, select=select, target="macos:15,mdm") == []
    assert bench.ids(mail, select="doc-empty-string") == ["doc-empty-string"] * 4
    mail["IncomingMailServerHostName"] = ""
    assert bench.ids(identification, mail, select="doc-empty-string") == ["doc-empty-string"]
