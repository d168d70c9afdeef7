"""What is linted: small profiles by the thousand, and one that is big."""

from __future__ import annotations

import plistlib
import uuid
from pathlib import Path
from typing import Any

from profiler.rules import example

SHARED = Path(__file__).parents[2] / "shared/corpus"
APPS = 10


def small(count: int) -> list[bytes]:
    """Small real profiles as far as they lie beside the checkout, else the rules' own examples; repeated up to `count`.

    Each time they come again they end in one more line feed, so that no two contents are the same.
    """
    found = [path.read_bytes() for path in sorted(SHARED.rglob("*.mobileconfig"))] if SHARED.is_dir() else []
    texts = sorted({data for data in found if data.startswith(b"<?xml") and _is_plist(data)})
    if not texts:
        texts = [example.whole("", payload_type) for payload_type in example.BASES]
    return [texts[number % len(texts)] + b"\n" * (number // len(texts)) for number in range(count)]


def write(folder: Path, texts: list[bytes]) -> None:
    """Write profiles into a new folder."""
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.mobileconfig").write_bytes(text)


def of_payloads(number: int) -> bytes:
    """A profile with this many mail accounts, each with its own identity."""
    return _whole([_mail(index) for index in range(number)])


def big(number: int) -> bytes:
    """A profile of this many payloads, every other one notification settings; 500 are about 2 MB."""
    return _whole([_notifications(index) if index % 2 else _mail(index) for index in range(number)])


def _is_plist(data: bytes) -> bool:
    try:
        plistlib.loads(data)
    except Exception:  # noqa: BLE001 - plistlib raises six kinds of exception
        return False
    return True


def _whole(payloads: list[dict[str, Any]]) -> bytes:
    profile = plistlib.loads(example.whole("", "com.apple.mail.managed"))
    return plistlib.dumps({**profile, "PayloadContent": payloads}, sort_keys=False)


def _payload(payload_type: str, index: int) -> dict[str, Any]:
    payload: dict[str, Any] = plistlib.loads(example.whole("", payload_type))["PayloadContent"][0]
    return {
        **payload,
        "PayloadIdentifier": f"com.example.kari.{index}",
        "PayloadUUID": str(uuid.uuid5(uuid.NAMESPACE_DNS, f"com.example.kari.{index}")).upper(),
    }


def _mail(index: int) -> dict[str, Any]:
    return {
        **_payload("com.apple.mail.managed", index),
        "EmailAddress": f"kari{index}@example.com",
        "EmailAccountDescription": f"Account {index}",
        "IncomingMailServerUsername": f"kari{index}@example.com",
        "OutgoingMailServerUsername": f"kari{index}@example.com",
    }


def _notifications(index: int) -> dict[str, Any]:
    settings = [
        {
            "BundleIdentifier": f"com.example.app{index}.part{number}",
            "AlertType": 1,
            "BadgesEnabled": True,
            "CriticalAlertEnabled": False,
            "GroupingType": 0,
            "NotificationsEnabled": True,
            "PreviewType": 1,
            "ShowInLockScreen": True,
            "ShowInNotificationCenter": True,
            "SoundsEnabled": False,
        }
        for number in range(APPS)
    ]
    return {**_payload("com.apple.notificationsettings", index), "NotificationSettings": settings}
