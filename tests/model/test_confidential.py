"""What is hidden of a file in excerpts and diffs, read as a tree or only as text."""

from __future__ import annotations

import pytest

from profiler.document import plist
from profiler.document.document import Document
from profiler.document.source import from_bytes
from profiler.model.confidential import may_be_in, redact, secrets_of, without_passwords
from profiler.rules import example


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<key>Password</key><string>tiger</string>", "<key>Password</key><string>(hidden)</string>"),
        ("<key>Password</key><integer>4711</integer>", "<key>Password</key><integer>(hidden)</integer>"),
        (
            "<key>Password</key><array><string>tiger</string></array>",
            "<key>Password</key><array><string>(hidden)</string></array>",
        ),
        (
            "<key>Password</key><bogus/><string>tiger</string><key>A</key><string>b</string>",
            "<key>Password</key><bogus/><string>(hidden)</string><key>A</key><string>b</string>",
        ),
        ("<key>Password</key>tiger<string>", "<key>Password</key>(hidden)<string>"),
        ("<key>Password</key><string>tig", "<key>Password</key><string>(hidden)"),
        (
            "<key>Password</key><string><![CDATA[tiger]]></string>",
            "<key>Password</key><string>(hidden)</string>",
        ),
        ("<key>Password</key><!-- tiger --><x/>", "<key>Password</key><!--(hidden)--><x/>"),
        (
            "<key>OutgoingPasswordSameAsIncomingPassword</key><integer>1</integer>",
            "<key>OutgoingPasswordSameAsIncomingPassword</key><integer>1</integer>",
        ),
        (
            "<key>Host</key><string>https://kari:tiger@example.com</string>",
            "<key>Host</key><string>(hidden)</string>",
        ),
        (
            "<key>PayloadDescription</key><string>The password is Tiger-77!</string>",
            "<key>PayloadDescription</key><string>The password is (hidden)</string>",
        ),
        (
            "<key>PayloadDescription</key><string>The password is asked for</string>",
            "<key>PayloadDescription</key><string>The password is asked for</string>",
        ),
        (
            "<key>Token</key><dict><key>a</key><array><string>tiger</string></array></dict>",
            "<key>Token</key><dict><key>a</key><array><string>(hidden)</string></array></dict>",
        ),
        (
            "<key>IncomingPasword</key><string>tiger</string>",
            "<key>IncomingPasword</key><string>(hidden)</string>",
        ),
        ("<key>Password 2</key><string>tiger</string>", "<key>Password 2</key><string>(hidden)</string>"),
        ("<key >Password</key ><string>tiger</x>", "<key >Password</key ><string>(hidden)</x>"),
        (
            "<a:key>Password</a:key><a:string>tiger</a:string>",
            "<a:key>Password</a:key><a:string>(hidden)</a:string>",
        ),
        (
            "<key>Host</key><string>//kari:tiger@example.com</string>",
            "<key>Host</key><string>(hidden)</string>",
        ),
        ('{"Password": "Tiger-77"}', '{"Password": "(hidden)"}'),
    ],
)
def test_secrets_are_hidden(text: str, shown: str) -> None:
    content = f"<plist><dict>{text}</dict></plist>".encode()
    root = plist.parse(from_bytes(content)).root
    assert (
        redact(content, root).decode().replace("</dict></plist>", "").removeprefix("<plist><dict>") == shown
    )


def test_messages_keep_addresses_and_lose_passwords() -> None:
    assert (
        without_passwords("host 'https://kari:tiger@example.com/' holds a scheme")
        == "host 'https://kari:(hidden)@example.com/' holds a scheme"
    )
    assert without_passwords("see https://example.com:443/a@b") == "see https://example.com:443/a@b"


IDENTITY = "<key>PayloadContent</key><string>MIIKtiger</string><key>PayloadType</key><string>com.apple.security.pkcs12</string>"

KEY = IDENTITY.replace("MIIKtiger", "-----BEGIN PRIVATE KEY-----").replace("pkcs12", "pem")


@pytest.mark.parametrize(
    "text",
    [
        "<key>Password</key><string>tiger</string>",
        "<key>wifiPSK</key><array><string>tiger</string></array>",
        "<key>Certificate</key><string>tiger</string>",
        "<key>URL</key><string>https://kari:tiger@example.com</string>",
        "<key>Note</key><string>-----BEGIN PRIVATE KEY-----</string>",
        "<key>Note</key><data>LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0t</data>",
        IDENTITY,
        KEY,
        "<key>URL</key><string>//kari:tiger@example.com</string>",
    ],
)
def test_the_quick_look_misses_no_secret(text: str) -> None:
    document = Document(from_bytes(f"<plist><dict>{text}</dict></plist>".encode()))
    assert document.root is not None
    assert len(list(secrets_of(document.root))) == 1
    assert may_be_in(document.source.content, document.keys)


def test_the_quick_look_lets_most_profiles_go() -> None:
    document = Document(from_bytes(example.whole("", "com.apple.mail.managed")))
    assert not may_be_in(document.source.content, document.keys)
