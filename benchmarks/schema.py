"""What the payload schemas cost: loading one against parsing its JSON, checking a profile against jsonschema."""

from __future__ import annotations

import json
import statistics
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from benchmarks.measuring import in_turn, seconds, time_row
from profiler.document import plist, source
from profiler.document.document import Document
from profiler.model import schema as schemas

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.measuring import Options, Row

CHECKS = 50
MAIL = {
    "PayloadType": "com.apple.mail.managed",
    "PayloadVersion": 1,
    "PayloadIdentifier": "org.example.profile.mail",
    "PayloadUUID": "0B7E5E0B-5B2C-4B0A-8D5E-2F3A4B5C6D7E",
    "EmailAccountType": "EmailTypeIMAP",
    "EmailAddress": "anna@example.org",
    "IncomingMailServerAuthentication": "EmailAuthPassword",
    "IncomingMailServerHostName": "imap.example.org",
    "IncomingMailServerPortNumber": 993,
    "IncomingMailServerUseSSL": True,
    "OutgoingMailServerAuthentication": "EmailAuthPassword",
    "OutgoingMailServerHostName": "smtp.example.org",
    "OutgoingMailServerPortNumber": 465,
    "OutgoingMailServerUseSSL": True,
}
PROFILE = {
    "PayloadType": "Configuration",
    "PayloadVersion": 1,
    "PayloadIdentifier": "org.example.profile",
    "PayloadUUID": "6F1D3C52-8B0E-4A57-9C3A-1E2F3A4B5C6D",
    "PayloadContent": [MAIL],
}


def measure(options: Options) -> Iterator[Row]:
    """Load the schema of every payload type, and check a mail profile; the spread of loading is that over the types."""
    loads = [_load(payload_type, 5 if options.short else 20) for payload_type in schemas.payload_types()]
    loaded, parsed = ([pair[side] for pair in loads] for side in (0, 1))
    yield time_row(
        "load the schema of a payload type", loaded, parsed, "json.loads of the file", wanted_ms=0.2
    )
    document = Document(source.from_bytes(plist.dump(PROFILE)))
    library = Draft202012Validator(json.loads(_file("com.apple.mail.managed").read_bytes()))
    ours, theirs = in_turn(
        11,
        lambda: seconds(lambda: [schemas.violations(document) for _ in range(CHECKS)]) / CHECKS,
        lambda: seconds(lambda: [list(library.iter_errors(MAIL)) for _ in range(CHECKS)]) / CHECKS,
    )
    yield time_row("check a mail profile", ours, theirs, "its mail payload with jsonschema", wanted_ms=0.1)


def _load(payload_type: str, rounds: int) -> tuple[float, float]:
    load = partial(schemas.load.__wrapped__, payload_type)
    path = _file(payload_type)
    ours, theirs = in_turn(
        rounds, partial(seconds, load), partial(seconds, lambda: json.loads(path.read_bytes()))
    )
    return statistics.median(ours), statistics.median(theirs)


def _file(payload_type: str) -> Path:
    return Path(schemas.folder()) / f"{payload_type.lstrip('.')}.json"
