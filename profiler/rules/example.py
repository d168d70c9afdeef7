"""The examples of the rules as whole files: the keys an example speaks of, over a profile that is right in all else."""

from __future__ import annotations

import plistlib
import re
import textwrap
import uuid

from profiler.document import plist
from profiler.document.source import from_bytes

MAIL = "com.apple.mail.managed"

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
    '<plist version="1.0">\n<dict>\n'
)
_FOOT = "</dict>\n</plist>\n"

_ROOT = """
<key>PayloadDescription</key>
<string>Sets up work mail.</string>
<key>PayloadDisplayName</key>
<string>Work mail</string>
<key>PayloadIdentifier</key>
<string>com.example.kari</string>
<key>PayloadOrganization</key>
<string>Example</string>
<key>PayloadScope</key>
<string>User</string>
<key>PayloadType</key>
<string>Configuration</string>
<key>PayloadUUID</key>
<string>{uuid}</string>
<key>PayloadVersion</key>
<integer>1</integer>
<key>TargetDeviceType</key>
<integer>{device}</integer>
"""

_PAYLOAD = """
<key>PayloadDisplayName</key>
<string>{name}</string>
<key>PayloadIdentifier</key>
<string>{identifier}</string>
<key>PayloadType</key>
<string>{type}</string>
<key>PayloadUUID</key>
<string>{uuid}</string>
<key>PayloadVersion</key>
<integer>1</integer>
"""

# The keys of a right payload of each type an example may speak of, less the common ones.
BASES: dict[str, str] = {
    MAIL: """
<key>EmailAccountDescription</key>
<string>Work mail</string>
<key>EmailAccountName</key>
<string>Kari Nordmann</string>
<key>EmailAccountType</key>
<string>EmailTypeIMAP</string>
<key>EmailAddress</key>
<string>kari@example.com</string>
<key>IncomingMailServerAuthentication</key>
<string>EmailAuthPassword</string>
<key>IncomingMailServerHostName</key>
<string>imap.example.com</string>
<key>IncomingMailServerPortNumber</key>
<integer>993</integer>
<key>IncomingMailServerUseSSL</key>
<true/>
<key>IncomingMailServerUsername</key>
<string>kari@example.com</string>
<key>OutgoingMailServerAuthentication</key>
<string>EmailAuthPassword</string>
<key>OutgoingMailServerHostName</key>
<string>smtp.example.com</string>
<key>OutgoingMailServerPortNumber</key>
<integer>465</integer>
<key>OutgoingMailServerUseSSL</key>
<true/>
<key>OutgoingMailServerUsername</key>
<string>kari@example.com</string>
<key>OutgoingPasswordSameAsIncomingPassword</key>
<true/>
""",
    "com.apple.eas.account": """
<key>EmailAddress</key>
<string>kari@example.com</string>
<key>Host</key>
<string>exchange.example.com</string>
<key>SSL</key>
<true/>
<key>UserName</key>
<string>kari@example.com</string>
""",
    "com.apple.ews.account": """
<key>EmailAddress</key>
<string>kari@example.com</string>
<key>Host</key>
<string>exchange.example.com</string>
<key>SSL</key>
<true/>
<key>UserName</key>
<string>kari@example.com</string>
""",
    "com.apple.google-oauth": """
<key>AccountDescription</key>
<string>Google</string>
<key>AccountName</key>
<string>Kari Nordmann</string>
<key>EmailAddress</key>
<string>kari@example.com</string>
""",
    "com.apple.caldav.account": """
<key>CalDAVAccountDescription</key>
<string>Work calendar</string>
<key>CalDAVHostName</key>
<string>dav.example.com</string>
<key>CalDAVUseSSL</key>
<true/>
<key>CalDAVUsername</key>
<string>kari@example.com</string>
""",
    "com.apple.carddav.account": """
<key>CardDAVAccountDescription</key>
<string>Work contacts</string>
<key>CardDAVHostName</key>
<string>dav.example.com</string>
<key>CardDAVUseSSL</key>
<true/>
<key>CardDAVUsername</key>
<string>kari@example.com</string>
""",
    "com.apple.subscribedcalendar.account": """
<key>SubCalAccountDescription</key>
<string>Holidays</string>
<key>SubCalAccountHostName</key>
<string>https://calendar.example.com/holidays.ics</string>
<key>SubCalAccountUseSSL</key>
<true/>
""",
    "com.apple.ldap.account": """
<key>LDAPAccountDescription</key>
<string>Directory</string>
<key>LDAPAccountHostName</key>
<string>ldap.example.com</string>
<key>LDAPAccountUseSSL</key>
<true/>
<key>LDAPSearchSettings</key>
<array>
	<dict>
		<key>LDAPSearchSettingSearchBase</key>
		<string>dc=example,dc=com</string>
	</dict>
</array>
""",
    "com.apple.notificationsettings": """
<key>NotificationSettings</key>
<array>
	<dict>
		<key>BundleIdentifier</key>
		<string>com.apple.mobilemail</string>
	</dict>
</array>
""",
}

_DEEP = "\t\t\t"
_MAC_TYPES = frozenset({"com.apple.ews.account", "com.apple.configurationprofile.identification"})


def whole(snippet: str, payload_type: str, leave_out: tuple[str, ...] = ()) -> bytes:
    """The file an example stands for.

    A snippet that starts with `<?xml`, `<!DOCTYPE` or holds no `<key>` and no `<dict>` is the file itself; `bplist00` is a right
    profile as a binary property list. One that starts with `<dict>` is a list of payloads. Any other is the last keys of a
    payload of `payload_type`, or of the top level when that is empty, over a mail profile. Keys the snippet names and keys in
    `leave_out` are not taken from the profile below it.
    """
    text = textwrap.dedent(snippet).strip("\n")
    if text == "bplist00":
        return plistlib.dumps(plistlib.loads(whole("", payload_type)), fmt=plistlib.FMT_BINARY)
    if text.startswith(("<?xml", "\ufeff<?xml", "<!DOCTYPE")) or not (
        "<key>" in text or "<dict>" in text or not text.strip()
    ):
        return text.encode()
    if text.startswith("<dict>"):
        pieces = [piece for piece in re.split(r"(?m)^<dict>\n|^</dict>\n?", text) if piece.strip()]
        payloads = [
            _payload(textwrap.dedent(piece), MAIL, leave_out, index) for index, piece in enumerate(pieces)
        ]
        return _file("", payloads, payload_type or MAIL, ())
    if payload_type:
        return _file("", [_payload(text, payload_type, leave_out, 0)], payload_type, ())
    return _file(text, [_payload("", MAIL, (), 0)], MAIL, leave_out)


def _file(root: str, payloads: list[str], payload_type: str, leave_out: tuple[str, ...]) -> bytes:
    device = 5 if payload_type in _MAC_TYPES else 1
    head = _without(_ROOT.format(uuid=_uuid("com.example.kari"), device=device), root, leave_out)
    own = _keys(root)
    content = ""
    if "PayloadContent" not in own and "PayloadContent" not in leave_out:
        body = "".join(f"\t\t<dict>\n{textwrap.indent(payload, _DEEP)}\t\t</dict>\n" for payload in payloads)
        content = f"\t<key>PayloadContent</key>\n\t<array>\n{body}\t</array>\n"
    tail = textwrap.indent(head + (root + "\n" if root else ""), "\t")
    return (_HEAD + content + tail + _FOOT).encode()


def _payload(snippet: str, payload_type: str, leave_out: tuple[str, ...], index: int) -> str:
    named = re.search(r"<key>PayloadType</key>\s*<string>([^<]+)", snippet)
    payload_type = named[1] if named else payload_type
    number = f".{index + 1}" if index else ""
    identifier = f"com.example.kari.{payload_type.removeprefix('com.apple.').replace('.', '-')}{number}"
    name = "Account" if "account" in payload_type or payload_type == MAIL else "Settings"
    common = _PAYLOAD.format(name=name, identifier=identifier, type=payload_type, uuid=_uuid(identifier))
    text = snippet.strip("\n")
    return _without(BASES.get(payload_type, "") + common, text, leave_out) + (text + "\n" if text else "")


def _without(base: str, snippet: str, leave_out: tuple[str, ...]) -> str:
    """The keys of `base` that neither the snippet names nor `leave_out` drops."""
    dropped = _keys(snippet) | set(leave_out)
    entries = re.findall(r"(?m)^<key>([^<]+)</key>\n((?:(?!^<key>).*\n)+)", base)
    return "".join(f"<key>{key}</key>\n{value}" for key, value in entries if key not in dropped)


def _keys(snippet: str) -> set[str]:
    root = plist.parse(from_bytes(f"<plist><dict>{snippet}</dict></plist>".encode())).root
    if root is not None and root.kind == "dict" and root.value:
        return set(root.value)
    return set(re.findall(r"(?m)^<key>([^<]+)</key>", snippet))


def _uuid(identifier: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, identifier)).upper()
