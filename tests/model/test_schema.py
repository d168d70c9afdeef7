from __future__ import annotations

import datetime
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from profiler.document import plist, source
from profiler.document.document import Document
from profiler.model import schema as schemas
from profiler.model.schema import violations
from profiler.model.target import parse_all
from profiler.model.violation import Kind, Violation

ROOT = Path(__file__).parents[2]
UUID = "6F1D3C52-8B0E-4A57-9C3A-1E2F3A4B5C6D"
HEAD = {"PayloadIdentifier": "org.example.profile", "PayloadUUID": UUID, "PayloadVersion": 1}
MAIL = {
    "EmailAccountType": "EmailTypeIMAP",
    "IncomingMailServerAuthentication": "EmailAuthPassword",
    "IncomingMailServerHostName": "imap.example.org",
    "OutgoingMailServerAuthentication": "EmailAuthPassword",
    "OutgoingMailServerHostName": "smtp.example.org",
}


def payload(payload_type: str, **keys: Any) -> dict[str, Any]:
    return HEAD | {"PayloadType": payload_type, "PayloadIdentifier": "org.example.profile.payload"} | keys


def mail(**keys: Any) -> dict[str, Any]:
    return payload("com.apple.mail.managed", **MAIL | keys)


def check(*payloads: dict[str, Any], targets: tuple[str, ...] = (), **top: Any) -> list[Violation]:
    profile = HEAD | {"PayloadType": "Configuration", "PayloadContent": list(payloads)} | top
    return violations(Document(source.from_bytes(plist.dump(profile))), parse_all(targets))


def told(found: list[Violation]) -> list[tuple[str, str]]:
    return [(violation.kind.value, violation.message) for violation in found]


def kinds(found: list[Violation]) -> list[tuple[Kind, str]]:
    return [(violation.kind, violation.key) for violation in found]


def test_a_right_profile_gives_nothing() -> None:
    assert check(mail(IncomingMailServerPortNumber=993, IncomingMailServerUseSSL=True)) == []


@pytest.mark.parametrize(
    ("keys", "kind", "message", "coercible", "conversion"),
    [
        (
            {"IncomingMailServerUseSSL": 1},
            "wrong-type",
            (
                "IncomingMailServerUseSSL must be a boolean, but is an integer; most devices read it as meant, "
                "Apple Business refuses it"
            ),
            True,
            True,
        ),
        (
            {"IncomingMailServerUseSSL": 2},
            "wrong-type",
            (
                "IncomingMailServerUseSSL must be a boolean, but is an integer; a device may refuse the profile or "
                "ignore the setting"
            ),
            False,
            None,
        ),
        (
            {"IncomingMailServerUseSSL": "true"},
            "wrong-type",
            (
                "IncomingMailServerUseSSL must be a boolean, but is a string; a device may refuse the profile or "
                "ignore the setting"
            ),
            False,
            True,
        ),
        (
            {"IncomingMailServerPortNumber": "993"},
            "wrong-type",
            (
                "IncomingMailServerPortNumber must be an integer, but is a string; a device may refuse the profile or "
                "ignore the setting"
            ),
            False,
            993,
        ),
        (
            {"IncomingMailServerPortNumber": "imaps"},
            "wrong-type",
            (
                "IncomingMailServerPortNumber must be an integer, but is a string; a device may refuse the profile or "
                "ignore the setting"
            ),
            False,
            None,
        ),
        (
            {"IncomingMailServerPortNumber": True},
            "wrong-type",
            (
                "IncomingMailServerPortNumber must be an integer, but is a boolean; most devices read it as meant, "
                "Apple Business refuses it"
            ),
            True,
            1,
        ),
        (
            {"IncomingMailServerPortNumber": 993.0},
            "real-for-integer",
            "IncomingMailServerPortNumber is written as a real number where an integer belongs; devices accept it",
            True,
            993,
        ),
        (
            {"EmailAccountName": 5},
            "wrong-type",
            (
                "EmailAccountName must be a string, but is an integer; a device may refuse the profile or ignore the "
                "setting"
            ),
            False,
            "5",
        ),
    ],
)
def test_types(keys: dict[str, Any], kind: str, message: str, *, coercible: bool, conversion: Any) -> None:
    (found,) = check(mail(**keys))
    assert (found.kind.value, found.message) == (kind, message)
    assert found.coercible is coercible
    assert found.conversion == conversion
    assert type(found.conversion) is type(conversion)
    assert found.node.path == ("PayloadContent", 0, *keys)


def test_a_real_with_a_fraction_is_no_integer() -> None:
    (found,) = check(mail(IncomingMailServerPortNumber=1.5))
    assert (found.kind, found.coercible, found.conversion) == (Kind.WRONG_TYPE, False, None)


def test_values_ranges_and_forms() -> None:
    fetch = payload("com.apple.eas.account", Host="mail.example.org", SMIMESigningCertificateUUID="abc")
    passcode = payload("com.apple.mobiledevice.passwordpolicy", maxFailedAttempts=30)
    assert told(check(mail(EmailAccountType="EmailTypeExchange"), fetch, passcode)) == [
        (
            "value-not-allowed",
            (
                "EmailAccountType is 'EmailTypeExchange', but only EmailTypeIMAP, EmailTypePOP are defined; "
                "a device may refuse the profile"
            ),
        ),
        (
            "bad-format",
            (
                "SMIMESigningCertificateUUID 'abc' does not have the form that Apple defines "
                "(^[0-9A-Za-z]{8}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{4}-[0-9A-Za-z]{12}$)"
            ),
        ),
        ("out-of-range", "maxFailedAttempts is 30, but 2 to 11 is allowed; a device may refuse the profile"),
    ]


def test_debug_logging_is_for_macs() -> None:
    logging = payload("com.apple.system.logging", Subsystems={"org.example": {"DEFAULT-OPTIONS": {}}})
    assert told(check(logging, targets=("macos:14",))) == []


def test_a_bookmark_in_a_folder() -> None:
    bookmark = {"URL": "https://example.org", "Title": "x", "BookmarkPath": "/Work/"}
    found = check(payload("com.apple.webcontent-filter", WhitelistedBookmarks=[bookmark]))
    assert [violation.kind for violation in found] == [Kind.DEPRECATED]


def test_an_array_of_fixed_length() -> None:
    subject = [[["O"]]]
    found = check(
        payload("com.apple.security.scep", PayloadContent={"URL": "https://example.org", "Subject": subject})
    )
    assert told(found) == [
        (
            "out-of-range",
            "an item of Subject has 1 items, but exactly 2 is allowed; a device may refuse the profile",
        )
    ]


def test_missing_keys_of_profile_payload_and_dictionary_below() -> None:
    broken = mail()
    del broken["IncomingMailServerHostName"], broken["PayloadUUID"]
    found = check(
        broken,
        payload("com.apple.webcontent-filter", PermittedURLs=[], WhitelistedBookmarks=[{"Title": "x"}]),
    )
    assert [told([item])[0] for item in found if item.kind is Kind.MISSING_KEY] == [
        (
            "missing-key",
            (
                "IncomingMailServerHostName is missing: com.apple.mail.managed needs it, and devices refuse a profile "
                "without it"
            ),
        ),
        (
            "missing-key",
            "PayloadUUID is missing: com.apple.mail.managed needs it, and devices refuse a profile without it",
        ),
        (
            "missing-key",
            (
                "URL is missing in WhitelistedBookmarks: com.apple.webcontent-filter needs it, and devices refuse a "
                "profile without it"
            ),
        ),
    ]


def test_the_profile_itself() -> None:
    document = Document(source.from_bytes(plist.dump({"PayloadType": "Configuration", "PayloadContent": []})))
    assert told(violations(document)) == [
        ("missing-key", f"{key} is missing: the profile needs it, and devices refuse a profile without it")
        for key in ("PayloadIdentifier", "PayloadUUID", "PayloadVersion")
    ]


def test_unknown_keys_name_the_nearest_and_wrong_case_the_right_one() -> None:
    found = check(mail(IncommingPassword="", emailaddress="", SMIMESigningUserOverridable=True, Zebra=1))
    assert told(found) == [
        (
            "unknown-key",
            (
                "IncommingPassword is no key of com.apple.mail.managed; devices ignore it; did you mean "
                "IncomingPassword?"
            ),
        ),
        ("key-case", "emailaddress is spelt EmailAddress; as written, devices ignore it"),
        (
            "key-case",
            "SMIMESigningUserOverridable is spelt SMIMESigningUserOverrideable; as written, devices ignore it",
        ),
        ("unknown-key", "Zebra is no key of com.apple.mail.managed; devices ignore it"),
    ]
    assert [violation.suggestion for violation in found] == [
        "IncomingPassword",
        "EmailAddress",
        "SMIMESigningUserOverrideable",
        "",
    ]


def test_after_a_hundred_unknown_keys_nobody_guesses_what_was_meant() -> None:
    found = check(mail(**{f"IncommingPassword{number}": "" for number in range(102)}))
    assert [one.suggestion for one in found] == ["IncomingPassword"] * 100 + [""] * 2


@pytest.mark.parametrize(
    ("payload_type", "expected"),
    [
        (
            "com.apple.mail.manged",
            [
                (
                    "unknown-type",
                    "Apple documents no payload type com.apple.mail.manged; did you mean com.apple.mail.managed?",
                )
            ],
        ),
        ("com.apple.zzz", [("unknown-type", "Apple documents no payload type com.apple.zzz")]),
        ("com.google.Chrome", []),
        ("../../com.apple.mail.managed", []),
        ("com.apple.assistant.support", []),
        (".GlobalPreferences", []),
    ],
)
def test_types_that_apple_does_not_document(payload_type: str, expected: list[tuple[str, str]]) -> None:
    assert told(check(payload(payload_type, AnyKey=1))) == expected


def test_a_type_in_wrong_case_is_unknown_on_every_file_system() -> None:
    (found,) = check(payload("com.apple.Mail.managed", **MAIL))
    assert (found.kind, found.suggestion) == (Kind.UNKNOWN_TYPE, "com.apple.mail.managed")


def test_common_keys_are_checked_in_unknown_types() -> None:
    assert kinds(check({"PayloadType": "com.google.Chrome"})) == [
        (Kind.MISSING_KEY, key) for key in ("PayloadIdentifier", "PayloadUUID", "PayloadVersion")
    ]


def test_a_payload_without_a_type() -> None:
    assert kinds(check(HEAD)) == [(Kind.MISSING_KEY, "PayloadType")]


def test_a_placeholder_fits_any_type() -> None:
    profile = HEAD | {
        "PayloadType": "Configuration",
        "PayloadContent": [mail(IncomingMailServerPortNumber="$PORT", EmailAccountType="$KIND")],
    }
    document = Document(source.from_bytes(plist.dump(profile)))
    assert violations(document, is_placeholder=lambda text: text.startswith("$")) == []
    assert kinds(violations(document)) == [
        (Kind.VALUE_NOT_ALLOWED, "EmailAccountType"),
        (Kind.WRONG_TYPE, "IncomingMailServerPortNumber"),
    ]


def test_a_secret_is_not_in_the_message() -> None:
    found = check(
        mail(IncomingPassword=12345678), payload("com.apple.security.pkcs12", PayloadContent="c2VjcmV0")
    )
    assert [violation.kind for violation in found] == [Kind.WRONG_TYPE, Kind.WRONG_TYPE]
    assert not any("12345678" in item.message or "c2VjcmV0" in item.message for item in found)


def test_recursion_in_a_schema() -> None:
    inner = {"bundleID": "org.example.inner", "appID": b"x", "disabled": "yes"}
    outer = {"bundleID": "org.example.outer", "appID": b"x", "subApps": [inner]}
    (found,) = check(
        payload("com.apple.applicationaccess.new", familyControlsEnabled=True, whiteList=[outer])
    )
    assert found.kind is Kind.WRONG_TYPE
    assert found.node.path == ("PayloadContent", 0, "whiteList", 0, "subApps", 0, "disabled")


@pytest.mark.parametrize(
    ("target", "keys", "expected"),
    [
        ("ios:13.7", {"VPNUUID": "x"}, [("newer-than-target", "VPNUUID came with iOS 14; iOS 13.7 ignores it")]),
        ("ipados:13.7", {"VPNUUID": "x"}, [("newer-than-target", "VPNUUID came with iPadOS 14; iPadOS 13.7 ignores it")]),
        ("ios:14", {"VPNUUID": "x"}, []),
        ("macos", {"VPNUUID": "x"}, [("key-not-on-platform", "VPNUUID does nothing on macOS")]),
        ("macos", {"PreventMove": False}, []),
        (
            "ios:17",
            {"SMIMEEnabled": True},
            [("deprecated", "SMIMEEnabled is deprecated on iOS 17 since 10.0; it may have no effect any more")],
        ),
        ("ios:9", {"SMIMEEnabled": True}, []),
        ("ios:17", {"SMIMEEnabled": False}, []),
        (
            "tvos",
            {},
            [("payload-not-on-platform", "com.apple.mail.managed does not exist on tvOS, which refuses or ignores it")],
        ),
        (
            "visionos:1.0",
            {},
            [("newer-than-target", "com.apple.mail.managed came with visionOS 1.1; visionOS 1.0 ignores it")],
        ),
    ],
)  # fmt: skip
def test_availability_of_mail_keys(
    target: str, keys: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert told(check(mail(**keys), targets=(target,))) == expected


def test_without_a_target_only_what_is_deprecated_everywhere() -> None:
    (found,) = check(mail(SMIMEEnabled=True, VPNUUID="x"))
    assert told([found]) == [
        ("deprecated", "SMIMEEnabled is deprecated on current systems; it may have no effect any more")
    ]
    assert found.target is None


def test_supervision() -> None:
    restriction = payload("com.apple.applicationaccess", allowAppInstallation=False)
    assert told(check(restriction, targets=("ios:17,mdm",))) == [
        (
            "supervised-only",
            "allowAppInstallation works on supervised devices only; the target ios:17,mdm is not supervised",
        )
    ]
    assert check(restriction, targets=("ios:17,mdm,supervised",)) == []
    assert check(payload("com.apple.applicationaccess", allowAppInstallation=True), targets=("ios",)) == []


def test_delivery_enrolment_and_shared_ipad() -> None:
    assert told(
        check(payload("com.apple.app.lock", App={"Identifier": "x"}), targets=("ios,user-enrollment",))
    )[1:] == [
        (
            "not-in-user-enrollment",
            "com.apple.app.lock is not allowed in user enrolment; the device refuses the whole profile",
        )
    ]
    domains = payload("com.apple.domains", CrossSiteTrackingPreventionRelaxedDomains=["example.org"])
    assert told(check(domains, targets=("macos:14,manual",))) == [
        (
            "not-by-hand",
            (
                "CrossSiteTrackingPreventionRelaxedDomains must come from a device management service; installed by hand "
                "it is refused"
            ),
        )
    ]
    lock = payload("com.apple.mobiledevice.passwordpolicy")
    assert told(check(lock, targets=("ipados,shared-ipad",))) == [
        ("not-on-shared-ipad", "com.apple.mobiledevice.passwordpolicy is not available on a Shared iPad")
    ]


def test_a_payload_that_may_be_there_once() -> None:
    twice = [payload("com.apple.proxy.http.global", ProxyType="Auto")] * 2
    found = check(*twice, targets=("ios,supervised",))
    assert told(found) == [
        (
            "repeated-payload",
            "com.apple.proxy.http.global may be installed only once on iOS, but the profile has it again",
        )
    ]
    assert found[0].payload is not None
    assert found[0].payload.key == 1
    assert check(mail(), mail(), targets=("ios",)) == []


def test_several_targets() -> None:
    dock = payload("com.apple.dock")
    (found,) = check(dock, targets=("ios:17", "macos:14"))
    assert (found.kind, str(found.target), found.everywhere) == (
        Kind.PAYLOAD_NOT_ON_PLATFORM,
        "ios:17",
        False,
    )
    (found,) = check(dock, targets=("ios:17", "tvos"))
    assert (found.kind, str(found.target), found.everywhere) == (Kind.PAYLOAD_NOT_ON_PLATFORM, "ios:17", True)
    assert check(mail(VPNUUID="x"), targets=("ios:17", "macos:14")) == []


@pytest.mark.parametrize(("device", "expected"), [(5, []), (4, ["tvos"]), (2, ["watchos"]), (0, [])])
def test_target_device_type_is_a_target_for_payloads(device: int, expected: list[str]) -> None:
    found = check(mail(), TargetDeviceType=device)
    assert [str(violation.target) for violation in found] == expected
    assert [violation.kind for violation in found] == [Kind.PAYLOAD_NOT_ON_PLATFORM] * len(expected)


def test_a_payload_at_the_top_of_the_file() -> None:
    document = Document(source.from_bytes(plist.dump(mail(IncomingMailServerPortNumber="993"))))
    assert kinds(violations(document)) == [(Kind.WRONG_TYPE, "IncomingMailServerPortNumber")]


@pytest.mark.parametrize("root", [["x"], {"PayloadType": "Profile Service", "PayloadContent": {"URL": "x"}}])
def test_what_is_no_profile_gives_nothing(root: Any) -> None:
    assert violations(Document(source.from_bytes(plist.dump(root)))) == []


def test_an_unreadable_value_is_left_to_the_parser() -> None:
    text = plist.dump(
        HEAD | {"PayloadType": "Configuration", "PayloadContent": [mail(IncomingMailServerPortNumber=7)]}
    )
    document = Document(source.from_bytes(text.replace(b"<integer>7</integer>", b"<integer>seven</integer>")))
    assert violations(document) == []


QUIRKS: dict[str, dict[str, Any]] = {
    "1 PayloadEnabled": mail(PayloadEnabled=True, updated_at_xid=5),
    "6 IdentificationUUID": mail(IdentificationUUID=UUID),
    "7 past days of EWS": payload("com.apple.ews.account", Host="example.org", MailNumberOfPastDaysToSync=7),
    "10 Authorization for Allowed": payload(
        "com.apple.TCC.configuration-profile-policy",
        Services={
            "Camera": [
                {
                    "Identifier": "org.example.app",
                    "IdentifierType": "bundleID",
                    "CodeRequirement": "anchor apple",
                    "Authorization": "Deny",
                }
            ]
        },
    ),
    "11 VendorConfig": payload(
        "com.apple.vpn.managed",
        VPNType="VPN",
        UserDefinedName="x",
        VPN={"AuthenticationMethod": "Password", "RemoteAddress": "example.org"},
        VPNSubType="org.example.vpn",
        VendorConfig={"WgQuickConfig": "[Interface]"},
    ),
    "11 per-app VPN": payload(
        "com.apple.vpn.managed.applayer",
        VPNUUID=UUID,
        VPNType="VPN",
        VPN={"RemoteAddress": "example.org"},
        VendorConfig={"Any": 1},
    ),
    "access point names in a list": payload(
        "com.apple.apn.managed",
        PayloadContent=[{"DefaultsDomainName": "com.apple.managedCarrier", "DefaultsData": {"apns": [{"apn": "internet"}]}}],
    ),
    "always-on VPN": payload(
        "com.apple.vpn.managed",
        VPNType="AlwaysOn",
        UserDefinedName="x",
        AlwaysOn={"TunnelConfigurations": [{"ProtocolType": "IKEv2", "RemoteAddress": "example.org", "LocalIdentifier": "x"}]},
    ),
    "several names of one kind": payload(
        "com.apple.security.scep",
        PayloadContent={"URL": "https://example.org", "SubjectAltName": {"dNSName": ["a.example.org", "b.example.org"]}},
    ),
    "realms as keys": payload(
        "com.apple.extensiblesso",
        Type="Credential",
        ExtensionIdentifier="com.apple.AppSSOKerberos.KerberosExtension",
        ExtensionData={"domainRealmMapping": {"EXAMPLE.ORG": ["example.org"]}},
    ),
    "a preference set once": payload(
        "com.apple.ManagedClient.preferences",
        PayloadContent={
            "org.example.app": {
                "Set-Once": [{"mcx_data_timestamp": datetime.datetime(2026, 1, 1), "mcx_preference_settings": {}}]  # noqa: DTZ001 - as in a plist
            }
        },
    ),
    "12 Ethernet": payload("com.apple.firstethernet.managed", EAPClientConfiguration={"AcceptEAPTypes": [25]}),
    "13 loginwindow": payload("com.apple.loginwindow", DisableLoginItemsSuppression=True, AdminMayDisableMCX=True),
    "13 finder": payload("com.apple.finder", ShowRecentTags=False),
    "13 MCX": payload("com.apple.MCX", forceInternetSharingOff=True),
    "14 web filter": payload("com.apple.webcontent-filter", DenylistURLs=["https://example.com"]),
    "14 energy saver": payload(
        "com.apple.MCX", **{"com.apple.EnergySaver.desktop.ACPower": {"Wake On LAN": 1, "Disk Sleep Timer-boolean": 1}}
    ),
    "15 free UUIDs": mail(PayloadUUID="algo-6f1d3c528b0e4a57"),
    "20 captive portal": payload("com.apple.applicationaccess", ForceCaptivePortalConnectionFromLockScreen=True),
    "20 screen saver": payload("com.apple.screensaver", idleTime=60, loginWindowIdleTime=60),
    "21 MCX from six files": payload("com.apple.MCX", DisableGuestAccount=True, timeServer="time.example.org"),
    "22 a preference domain": payload("com.apple.SubmitDiagInfo", AutoSubmit=False),
    "restrictions of older systems": payload("com.apple.applicationaccess", allowCloudBTMM=False, allowYouTube=False),
    "home screen": payload(
        "com.apple.homescreenlayout", Pages=[[{"Type": "Application", "BundleID": "org.example.app"}]]
    ),
    "a key of OS 18.2 and later": payload("com.apple.applicationaccess", allowDefaultBrowserModification=False),
    "5 safariAcceptCookies": payload("com.apple.applicationaccess", safariAcceptCookies=2),
    "5 checkCertificateTrust": payload("com.apple.security.smartcard", checkCertificateTrust=True),
}  # fmt: skip


@pytest.mark.parametrize("quirk", QUIRKS)
def test_what_apple_has_wrong_is_no_violation(quirk: str) -> None:
    assert told(check(QUIRKS[quirk])) == []


def test_quirk_2_consent_text_is_keyed_by_language() -> None:
    assert check(mail(), ConsentText={"default": "Read this.", "de": "Lies das."}) == []
    assert kinds(check(mail(), ConsentText={"default": 1})) == [(Kind.WRONG_TYPE, "default")]


def test_printers_are_keyed_by_name_and_there_may_be_no_default() -> None:
    printer = {"DeviceURI": "ipp://printer.example.com/", "DisplayName": "Office", "PrinterLocked": False}
    printing = payload(
        "com.apple.mcxprinting", DefaultPrinter="", UserPrinterList={"printer_example_com": printer}
    )
    assert check(printing) == []
    printing["UserPrinterList"]["printer_example_com"]["Color"] = True
    assert kinds(check(printing)) == [(Kind.UNKNOWN_KEY, "Color")]


@pytest.mark.parametrize("kind", ["com.apple.vpn.managed", "com.apple.vpn.managed.applayer"])
def test_a_transparent_proxy_has_an_address_and_a_user(kind: str) -> None:
    proxy = {"RemoteAddress": "100.64.0.0", "AuthName": "kari", "ProviderType": "app-proxy"}
    vpn = {
        "UserDefinedName": "Proxy",
        "VPNType": "TransparentProxy",
        "VPNUUID": UUID,
        "TransparentProxy": proxy,
    }
    if kind == "com.apple.vpn.managed":
        del vpn["VPNUUID"]
    assert check(payload(kind, **vpn)) == []


def test_quirk_3_a_real_version_is_the_version() -> None:
    assert kinds(check(mail(), PayloadVersion=1.0)) == [(Kind.REAL_FOR_INTEGER, "PayloadVersion")]


def test_quirk_5_perfect_forward_secrecy_in_both_spellings() -> None:
    def vpn(*, value: int) -> dict[str, Any]:
        return payload(
            "com.apple.vpn.managed",
            VPNType="IKEv2",
            UserDefinedName="x",
            IKEv2={
                "RemoteAddress": "example.org",
                "RemoteIdentifier": "x",
                "LocalIdentifier": "y",
                "AuthenticationMethod": "None",
                "EnablePFS": value,
            },
        )

    assert check(vpn(value=1), vpn(value=True)) == []


def test_quirk_18_keys_of_older_releases_stay() -> None:
    assert check(mail(), HasRemovalPasscode=True, IsEncrypted=False) == []
    top = schemas.load(schemas.TOP_LEVEL)
    assert top is not None
    assert top["properties"]["IsEncrypted"]["x-absent-from"] == "2026-08-18"


def test_an_encrypted_profile_needs_no_payloads() -> None:
    profile = HEAD | {"PayloadType": "Configuration", "EncryptedPayloadContent": b"x"}
    assert violations(Document(source.from_bytes(plist.dump(profile)))) == []


def test_dates_and_data() -> None:
    now = datetime.datetime(2026, 1, 1)  # noqa: DTZ001 - plist dates have no zone
    assert check(mail(), RemovalDate=now) == []
    assert kinds(check(mail(), RemovalDate="2026-01-01T00:00:00Z", DurationUntilRemoval=3600)) == [
        (Kind.WRONG_TYPE, "RemovalDate")
    ]


def test_no_schema_for_a_name_that_is_a_path() -> None:
    assert schemas.load("../payloads/com.apple.mail.managed") is None
    assert schemas.load("") is None


def test_the_schemas_are_found_inside_an_installed_package(tmp_path: Path) -> None:
    program = (
        "import sys; from profiler.model import schema; print(schema.folder(), len(schema.payload_types()))"
    )
    package = tmp_path / "profiler"
    (package / "schemas" / "payloads").mkdir(parents=True)
    for name in ("__init__.py", "errors.py"):
        (package / name).write_bytes((ROOT / "profiler" / name).read_bytes())
    (package / "model").mkdir()
    for path in (ROOT / "profiler" / "model").glob("*.py"):
        (package / "model" / path.name).write_bytes(path.read_bytes())
    (package / "schemas" / "payloads" / "com.example.json").write_text("{}")
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(package / "schemas" / "payloads"), "1"]


def test_loading_the_walk_imports_nothing_heavy() -> None:
    program = (
        "import sys; import profiler.model.schema, profiler.model.walk;"
        "print([name for name in ('jsonschema', 'dataclasses', 'pathlib', 'difflib', 'yaml', 'plistlib')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
