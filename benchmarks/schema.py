"""What the payload schemas cost: loading one, checking a typical profile, and jsonschema beside it."""

from __future__ import annotations

import json
import statistics
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from jsonschema import Draft202012Validator

from profiler.document import plist, source
from profiler.document.document import Document
from profiler.model import schema as schemas

if TYPE_CHECKING:
    from collections.abc import Callable

LOAD_LIMIT_MS = 0.2
CHECK_LIMIT_MS = 0.1
RUNS = 200

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


def measure() -> list[dict[str, object]]:
    """Measure in milliseconds, medians; `limit` is what the project promises, None for what is only compared."""
    document = Document(source.from_bytes(plist.dump(PROFILE)))
    mail = json.loads((Path(schemas.folder()) / "com.apple.mail.managed.json").read_text())
    library = Draft202012Validator(mail)
    read = schemas.load.__wrapped__
    loads = [median(partial(read, name), 20) for name in schemas.payload_types()]
    return [
        row("load one payload schema, typical", statistics.median(loads), LOAD_LIMIT_MS),
        row("load one payload schema, largest", max(loads), None),
        row("check a mail profile", median(lambda: schemas.violations(document)), CHECK_LIMIT_MS),
        row("check its mail payload with jsonschema", median(lambda: list(library.iter_errors(MAIL))), None),
    ]


def row(name: str, milliseconds: float, limit: float | None) -> dict[str, object]:
    """Lay out one measurement."""
    return {"name": name, "milliseconds": round(milliseconds, 4), "limit": limit}


def median(work: Callable[[], object], runs: int = RUNS) -> float:
    """Time a piece of work in milliseconds: the median of many runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


if __name__ == "__main__":
    for result in measure():
        print(result)
