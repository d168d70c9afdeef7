"""Real Dovecot and Postfix, from Debian's packages, on loopback ports of their own."""

from __future__ import annotations

import json
import os
import plistlib
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from profiler import cli

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.live.conftest import Pki

pytestmark = pytest.mark.servers

DOVECOT_23 = """
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1, 127.0.0.2
auth_failure_delay = 0
first_valid_uid = 1
mail_location = maildir:%h
ssl = required
ssl_cert = <{certificate}
ssl_key = <{certificate}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_mechanisms = plain login
passdb {{
  driver = passwd-file
  args = {folder}/users
}}
userdb {{
  driver = passwd-file
  args = {folder}/users
}}
"""
DOVECOT_24 = """
dovecot_config_version = 2.4.0
dovecot_storage_version = 2.4.0
base_dir = {run}
state_dir = {run}
log_path = {folder}/dovecot.log
protocols = imap pop3
listen = 127.0.0.1, 127.0.0.2
auth_failure_delay = 0
first_valid_uid = 1
mail_driver = maildir
mail_path = %{{home}}
ssl = required
ssl_server_cert_file = {certificate}
ssl_server_key_file = {certificate}
ssl_min_protocol = TLSv1.2
auth_allow_cleartext = no
auth_mechanisms = plain login
passdb passwd-file {{
  passwd_file_path = {folder}/users
}}
userdb passwd-file {{
  passwd_file_path = {folder}/users
}}
"""
DOVECOT_LISTENERS = """
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    port = {pop}
  }}
  inet_listener pop3s {{
    port = {pops}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  unix_listener auth-smtp {{
    mode = 0666
  }}
}}
"""
POSTFIX_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
config_directory = {folder}/etc
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
meta_directory = /etc/postfix
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.example.com
mydestination = localhost
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
maillog_file = {folder}/maillog
maillog_file_prefixes = {folder}
alias_maps =
alias_database =
local_recipient_maps =
local_transport = discard:
default_transport = discard:
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {certificate}
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
smtpd_tls_protocols = >=TLSv1.2
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {run}/auth-smtp
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
"""
POSTFIX_MASTER = """
127.0.0.1:{submission} inet n - n - - smtpd
  -o smtpd_tls_security_level=encrypt
127.0.0.1:{submissions} inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
discard unix - - n - - discard
error unix - - n - - error
retry unix - - n - - error
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Servers(NamedTuple):
    ports: dict[str, int]
    ca: Path


@pytest.fixture(scope="module")
def servers(pki: Pki) -> Iterator[Servers]:
    missing = [name for name in ("dovecot", "postfix") if shutil.which(name) is None]
    if missing:
        pytest.skip(
            f"{' and '.join(missing)} not installed: apt-get install dovecot-imapd dovecot-pop3d postfix"
        )
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("Dovecot and Postfix start as root only")
    # Not pytest's folder: the servers' own users must be able to reach it.
    folder = Path(tempfile.mkdtemp(prefix="profiler-servers-"))
    folder.chmod(0o755)
    try:
        ports = _free_ports("imap", "imaps", "pop", "pops", "submission", "submissions")
        places = {"folder": folder, "run": folder / "run", "certificate": pki.leaf("good"), **ports}
        dovecot = _configure_dovecot(folder, places)
        postfix = _configure_postfix(folder, places)
        _control("dovecot", "-c", str(dovecot))
        try:
            _control("postfix", "-c", str(postfix), "start")
            for port in ports.values():
                _wait_for(port)
            yield Servers(ports, pki.ca)
            _control("postfix", "-c", str(postfix), "stop")
        finally:
            _control("dovecot", "-c", str(dovecot), "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _control(*command: str) -> None:
    """Start or stop a server; its daemons would keep a pipe open for ever."""
    quiet = subprocess.DEVNULL
    subprocess.run(command, check=True, stdin=quiet, stdout=quiet, stderr=quiet, timeout=30)


def _configure_dovecot(folder: Path, places: dict[str, Any]) -> Path:
    (folder / "run").mkdir()
    mail = folder / "mail"
    mail.mkdir()
    os.chown(mail, 65534, 65534)
    (folder / "users").write_text(f"anna:{{PLAIN}}pw-123:65534:65534::{mail}/anna::\n")
    version = subprocess.run(["dovecot", "--version"], check=True, capture_output=True, text=True).stdout  # noqa: S607 - in PATH
    template = DOVECOT_23 if version.startswith("2.3") else DOVECOT_24
    path = folder / "dovecot.conf"
    path.write_text((template + DOVECOT_LISTENERS).format(**places))
    return path


def _configure_postfix(folder: Path, places: dict[str, Any]) -> Path:
    etc, data = folder / "etc", folder / "data"
    for made in (etc, data, folder / "queue"):
        made.mkdir()
    shutil.chown(data, "postfix")
    (etc / "main.cf").write_text(POSTFIX_MAIN.format(**places))
    (etc / "master.cf").write_text(POSTFIX_MASTER.format(**places))
    return etc


def _free_ports(*names: str) -> dict[str, int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in names]
    ports = {name: sock.getsockname()[1] for name, sock in zip(names, sockets, strict=True)}
    for sock in sockets:
        sock.close()
    return ports


def _wait_for(port: int) -> None:
    until = time.monotonic() + 10
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.05)
        else:
            return


def profile(tmp_path: Path, incoming: int, outgoing: int, **changes: object) -> Path:
    payload = {
        "PayloadType": "com.apple.mail.managed",
        "PayloadIdentifier": "com.example.mail.anna",
        "PayloadUUID": "7F1A3C52-3D1B-4B39-9F3B-0B8E5F3B0A01",
        "PayloadVersion": 1,
        "EmailAccountType": "EmailTypeIMAP",
        "EmailAddress": "anna@localhost",
        "IncomingMailServerHostName": "localhost",
        "IncomingMailServerPortNumber": incoming,
        "IncomingMailServerUseSSL": True,
        "IncomingMailServerAuthentication": "EmailAuthPassword",
        "IncomingMailServerUsername": "anna",
        "OutgoingMailServerHostName": "localhost",
        "OutgoingMailServerPortNumber": outgoing,
        "OutgoingMailServerUseSSL": True,
        "OutgoingMailServerAuthentication": "EmailAuthPassword",
        "OutgoingMailServerUsername": "anna",
        **changes,
    }
    document = {
        "PayloadType": "Configuration",
        "PayloadIdentifier": "com.example.mail",
        "PayloadUUID": "7F1A3C52-3D1B-4B39-9F3B-0B8E5F3B0A02",
        "PayloadVersion": 1,
        "PayloadContent": [payload],
    }
    path = tmp_path / "mail.mobileconfig"
    path.write_bytes(plistlib.dumps(document))
    return path


def check(
    capsys: pytest.CaptureFixture[str], path: Path, servers: Servers, *more: str
) -> tuple[int, dict[str, str]]:
    code = cli.run(["check", str(path), "--format", "json", "--ca", str(servers.ca), "--timeout", "5", *more])
    report = json.loads(capsys.readouterr().out)
    return code, {step["step"]: step["status"] for step in report["accounts"][0]["steps"]}


@pytest.mark.parametrize(
    ("kind", "incoming", "outgoing"),
    [
        ("EmailTypeIMAP", "imaps", "submissions"),
        ("EmailTypeIMAP", "imap", "submission"),
        ("EmailTypePOP", "pops", "submissions"),
        ("EmailTypePOP", "pop", "submission"),
    ],
)
def test_right_profile(
    kind: str,
    incoming: str,
    outgoing: str,
    servers: Servers,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ports = servers.ports
    path = profile(tmp_path, ports[incoming], ports[outgoing], EmailAccountType=kind)
    push = "ok" if kind == "EmailTypeIMAP" else "warning"
    shared = ("dns", "connect", "tls", "certificate", "greeting", "capabilities", "authentication")
    expected = {f"incoming-{name}": "ok" for name in shared} | {"incoming-push": push}
    expected |= {f"outgoing-{name}": "ok" for name in (*shared, "submission")}
    skipped = {"incoming-login": "skipped", "outgoing-login": "skipped"}
    assert check(capsys, path, servers) == (0, expected | skipped)
    monkeypatch.setenv("MAIL_PASSWORD", "pw-123")
    signed_in = {"incoming-login": "ok", "outgoing-login": "ok"}
    assert check(capsys, path, servers, "--login", "--password", "env:MAIL_PASSWORD") == (
        0,
        expected | signed_in,
    )


def test_wrong_password(
    servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "wrong")
    path = profile(tmp_path, servers.ports["imaps"], servers.ports["submission"])
    code, steps = check(capsys, path, servers, "--login", "--password", "env:MAIL_PASSWORD")
    assert code == 1
    assert {name for name, status in steps.items() if status == "failed"} == {
        "incoming-login",
        "outgoing-login",
    }


def test_untrusted_authority(servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = profile(tmp_path, servers.ports["imaps"], servers.ports["submissions"])
    code = cli.run(["check", str(path), "--format", "json"])
    steps = json.loads(capsys.readouterr().out)["accounts"][0]["steps"]
    assert code == 1
    assert [step["step"] for step in steps if step["status"] == "failed"] == [
        "incoming-certificate",
        "outgoing-certificate",
    ]


def test_clear_text_is_refused_a_password(
    servers: Servers, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "pw-123")
    changes = {"IncomingMailServerUseSSL": False, "IncomingMailServerHostName": "127.0.0.2"}
    path = profile(tmp_path, servers.ports["imap"], servers.ports["submissions"], **changes)
    code, steps = check(capsys, path, servers, "--login", "--password", "env:MAIL_PASSWORD")
    assert code == 1
    assert [name for name, status in steps.items() if status == "failed"] == ["incoming-authentication"]
    assert steps["incoming-login"] == "skipped"


@pytest.mark.parametrize(
    ("incoming", "tls", "failing"),
    [("imaps", False, ["incoming-tls"]), ("submission", True, ["incoming-greeting"])],
)
def test_wrong_port(
    incoming: str,
    tls: bool,
    failing: list[str],
    servers: Servers,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = profile(
        tmp_path, servers.ports[incoming], servers.ports["submissions"], IncomingMailServerUseSSL=tls
    )
    code, steps = check(capsys, path, servers)
    assert code == 1
    assert [name for name, status in steps.items() if status == "failed"] == failing
