"""Encryption and ports of a mail account: what is said, and what must not be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from profiler.document.edits import Safety
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from tests.rules.mail.conftest import Sample

FASTMAIL: dict[str, Any] = {
    "EmailAddress": "anna@fastmail.com",
    "IncomingMailServerHostName": "imap.fastmail.com",
    "IncomingMailServerUsername": "anna@fastmail.com",
    "OutgoingMailServerHostName": "smtp.fastmail.com",
    "OutgoingMailServerUsername": "anna@fastmail.com",
}
OWN: dict[str, Any] = {
    "EmailAddress": "anna@intern.example",
    "IncomingMailServerHostName": "mail.intern.example",
    "IncomingMailServerUsername": "anna",
    "OutgoingMailServerHostName": "mail.intern.example",
    "OutgoingMailServerUsername": "anna",
}


def test_the_usual_account_shows_nothing(mail: Sample) -> None:
    assert mail.ids() == []
    assert mail.ids(**FASTMAIL) == []
    assert mail.ids(**OWN) == []


def test_cleartext_says_what_the_provider_offers_and_fixes_port_and_switch(mail: Sample) -> None:
    keys = {**FASTMAIL, "IncomingMailServerPortNumber": 143, "IncomingMailServerUseSSL": False}
    [finding] = mail.of(**keys)
    assert finding.rule == "mail-cleartext"
    assert finding.severity is Severity.ERROR
    assert finding.message == "Incoming mail would travel unencrypted: UseSSL is false on port 143"
    assert finding.hint == "provider fastmail.com uses imap.fastmail.com:993 with TLS"
    assert finding.key_path == ("PayloadContent", 0, "IncomingMailServerUseSSL")
    assert finding.fix is not None
    assert finding.fix.safety is Safety.SAFE
    fixed = mail.fixed(**keys)
    assert fixed["IncomingMailServerPortNumber"] == 993
    assert fixed["IncomingMailServerUseSSL"] is True


def test_a_port_the_provider_offers_with_starttls_stays(mail: Sample) -> None:
    fixed = mail.fixed(OutgoingMailServerPortNumber=587, OutgoingMailServerUseSSL=False)
    assert fixed["OutgoingMailServerPortNumber"] == 587
    assert fixed["OutgoingMailServerUseSSL"] is True


def test_cleartext_on_a_custom_host_is_not_fixed_unasked(mail: Sample) -> None:
    keys = {**OWN, "IncomingMailServerPortNumber": 143, "IncomingMailServerUseSSL": False}
    [finding] = mail.of(**keys)
    assert finding.fix is not None
    assert finding.fix.safety is Safety.UNSAFE
    assert mail.fixed(**keys)["IncomingMailServerUseSSL"] is False
    assert mail.fixed(**keys, unsafe=True)["IncomingMailServerUseSSL"] is True


def test_cleartext_on_a_private_network_is_an_error_that_nobody_can_fix_from_here(mail: Sample) -> None:
    [finding] = mail.of(
        **{**OWN, "OutgoingMailServerHostName": "mail.example.internal"},
        OutgoingMailServerPortNumber=587,
        OutgoingMailServerUseSSL=False,
        OutgoingPasswordSameAsIncomingPassword=True,
    )
    assert (finding.rule, finding.severity) == ("mail-cleartext", Severity.ERROR)
    assert finding.fix is not None
    assert finding.fix.safety is Safety.MANUAL


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1"])
def test_cleartext_to_the_device_itself_is_a_warning(only: type[Sample], host: str) -> None:
    [finding] = only("mail-cleartext").of(
        IncomingMailServerHostName=host, IncomingMailServerPortNumber=1143, IncomingMailServerUseSSL=False
    )
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("port", [143, 993, 1143])
def test_tls_on_any_incoming_port_is_silent(mail: Sample, port: int) -> None:
    assert mail.ids(**OWN, IncomingMailServerPortNumber=port) == []


def test_starttls_written_as_true_is_silent(mail: Sample) -> None:
    assert mail.ids(OutgoingMailServerPortNumber=587, OutgoingMailServerUseSSL=True) == []


def test_a_switch_written_as_number_counts(mail: Sample) -> None:
    assert mail.ids(OutgoingMailServerUseSSL=1) == []
    assert mail.ids(OutgoingMailServerUseSSL=0) == ["mail-ssl-off-tls-port"]


@pytest.mark.parametrize(("side", "port"), [("Incoming", 993), ("Outgoing", 465)])
def test_tls_off_on_a_tls_port(mail: Sample, side: str, port: int) -> None:
    keys = {f"{side}MailServerUseSSL": False, f"{side}MailServerPortNumber": port}
    [finding] = mail.of(**keys)
    assert finding.rule == "mail-ssl-off-tls-port"
    assert (
        finding.message
        == f"{side} server cannot be reached: UseSSL is false, but port {port} speaks only TLS"
    )
    assert mail.fixed(**keys)[f"{side}MailServerUseSSL"] is True


def test_an_unset_switch_is_set_where_the_port_or_the_provider_tells(mail: Sample) -> None:
    assert mail.ids(OutgoingMailServerUseSSL=None) == ["mail-ssl-unset"]
    assert mail.fixed(OutgoingMailServerUseSSL=None)["OutgoingMailServerUseSSL"] is True
    known = {"OutgoingMailServerUseSSL": None, "OutgoingMailServerPortNumber": 587}
    assert mail.fixed(**known)["OutgoingMailServerUseSSL"] is True
    assert "OutgoingMailServerUseSSL" not in mail.fixed(**OWN, **known)


def test_a_switch_of_the_wrong_type_is_not_called_unset(mail: Sample) -> None:
    assert mail.ids(OutgoingMailServerUseSSL="true") == []


@pytest.mark.parametrize("port", [0, -1, 65536, 99999])
def test_port_out_of_range(mail: Sample, port: int) -> None:
    [finding] = mail.of(IncomingMailServerPortNumber=port)
    assert finding.message == f"Incoming port {port} does not exist; ports go from 1 to 65535"


@pytest.mark.parametrize("port", [1, 2525, 65535])
def test_unusual_ports_are_silent(mail: Sample, port: int) -> None:
    assert mail.ids(OutgoingMailServerPortNumber=port) == []


def test_a_port_written_as_text_is_left_to_the_rule_about_types(mail: Sample) -> None:
    assert mail.ids(OutgoingMailServerPortNumber="465") == []


@pytest.mark.parametrize("port", [110, 995, 25, 465, 587])
def test_imap_on_a_port_of_another_protocol(mail: Sample, port: int) -> None:
    [finding] = mail.of(**OWN, IncomingMailServerPortNumber=port)
    assert finding.rule == "mail-port-protocol"
    assert finding.message.startswith(f"Incoming server is asked for IMAP on port {port}, which is for ")


@pytest.mark.parametrize("port", [143, 993])
def test_pop_on_a_port_of_imap(only: type[Sample], port: int) -> None:
    mail = only("mail-port-protocol")
    keys = {"EmailAccountType": "EmailTypePOP", "IncomingMailServerPortNumber": port}
    assert mail.ids(**keys) == ["mail-port-protocol"]


@pytest.mark.parametrize(("kind", "rule"), [(None, "mail-missing-key"), ("EmailTypePop", "mail-bad-enum")])
def test_a_port_of_pop_where_the_type_is_not_known(mail: Sample, kind: str | None, rule: str) -> None:
    assert mail.ids(EmailAccountType=kind, IncomingMailServerPortNumber=995) == [rule]


@pytest.mark.parametrize("port", [110, 143, 993, 995])
def test_sending_on_a_port_for_receiving(mail: Sample, port: int) -> None:
    assert mail.ids(**OWN, OutgoingMailServerPortNumber=port) == ["mail-port-protocol"]


def test_a_provider_known_to_use_an_odd_port_is_believed(mail: Sample, tmp_path: Path) -> None:
    text = mail.providers[0].read_text(encoding="utf-8")
    odd = tmp_path / "odd.toml"
    odd.write_text(text.replace("pop.example.com:995", "pop.example.com:993"), encoding="utf-8")
    keys = {
        "EmailAccountType": "EmailTypePOP",
        "IncomingMailServerHostName": "pop.example.com",
        "IncomingMailServerPortNumber": 993,
    }
    assert mail.ids(**keys) == ["mail-pop", "mail-port-protocol"]
    mail.providers = [odd]
    assert mail.ids(**keys) == ["mail-pop"]


def test_a_wrong_port_at_a_known_provider_is_fixed_on_request(mail: Sample) -> None:
    keys = {"IncomingMailServerPortNumber": 995}
    assert mail.fixed(**keys)["IncomingMailServerPortNumber"] == 995
    assert mail.fixed(**keys, unsafe=True)["IncomingMailServerPortNumber"] == 993


def test_an_unset_port_is_a_note_and_filled_from_the_provider(mail: Sample) -> None:
    [finding] = mail.of(OutgoingMailServerPortNumber=None)
    assert (finding.rule, finding.severity) == ("mail-port-unset", Severity.NOTE)
    assert finding.message == "Outgoing port is missing: the device tries 25, 587 and 465 in turn"
    assert mail.fixed(OutgoingMailServerPortNumber=None)["OutgoingMailServerPortNumber"] == 465
    plain = mail.of(OutgoingMailServerPortNumber=None, OutgoingMailServerUseSSL=False)
    assert [(one.rule, one.fix is None) for one in plain] == [
        ("mail-port-unset", True),
        ("mail-cleartext", False),
    ]
    [own] = mail.of(**OWN, IncomingMailServerPortNumber=None)
    assert own.fix is None
    assert own.hint == "set IncomingMailServerPortNumber, usually 993"


def test_port_25_to_the_world_is_a_warning(mail: Sample) -> None:
    [finding] = mail.of(OutgoingMailServerPortNumber=25)
    assert (finding.rule, finding.severity) == ("mail-smtp-25", Severity.WARNING)
    assert finding.hint == "provider example.com uses smtp.example.com:465 with TLS"


@pytest.mark.parametrize(
    "host", ["10.1.2.3", "192.168.7.25", "relay.intern.local", "relay", "mx.corp", "mx.example.internal"]
)
def test_port_25_of_an_internal_relay_is_silent(only: type[Sample], host: str) -> None:
    mail = only("mail-smtp-25", "mail-auth-none-outgoing")
    keys = {"OutgoingMailServerHostName": host, "OutgoingMailServerPortNumber": 25}
    assert mail.ids(**keys, OutgoingMailServerAuthentication="EmailAuthNone") == []
    assert mail.ids(**keys) == []
