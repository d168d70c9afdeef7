"""What TOML and tables can say, as what a property list holds: UUIDs of names, secrets, bytes, dates."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
from typing import TYPE_CHECKING, Any

from profiler.build.mail import password
from profiler.errors import UsageError
from profiler.model.confidential import is_secret_key

if TYPE_CHECKING:
    from collections.abc import Callable


def plain(value: Any, key: str, uuid_for: Callable[[str], str]) -> Any:
    """Return the value of a key of settings: `uuid:NAME`, `base64:TEXT`, references to secrets and moments worked out.

    `uuid_for` gives the UUID of a name. Raises UsageError, and ProfilerError for a secret that cannot be fetched.
    """
    if isinstance(value, dict):
        return {name: plain(item, name, uuid_for) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item, key, uuid_for) for item in value]
    if isinstance(value, str):
        return _text(value, key, uuid_for)
    return moment(value) if isinstance(value, dt.date) else value


def _text(value: str, key: str, uuid_for: Callable[[str], str]) -> Any:
    if value.startswith("uuid:"):
        return uuid_for(value.removeprefix("uuid:"))
    if value.startswith("base64:"):
        return _bytes(value.removeprefix("base64:"), key)
    if is_secret_key(key) and value:
        return password({key: value}, key, what=key)
    return value


def _bytes(text: str, key: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise UsageError(
            f"{key}: is no base64", hint="encode the bytes, or name a file where the spec takes one"
        ) from None


def moment(value: dt.date | str) -> dt.datetime:
    """Return a moment as property lists hold it, UTC without a zone; a date alone is its midnight. Raises UsageError."""
    try:
        if isinstance(value, str):
            value = dt.datetime.fromisoformat(value)
        if not isinstance(value, dt.datetime):
            return dt.datetime(value.year, value.month, value.day)  # noqa: DTZ001 - plistlib wants UTC without a zone
        return value.astimezone(dt.UTC).replace(tzinfo=None) if value.tzinfo else value
    except (ValueError, OverflowError):
        raise UsageError(f"{value} is no date", hint="write 2027-07-31 or 2027-07-31T12:00:00Z") from None
