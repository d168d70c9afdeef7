"""The identity of a profile for machines: one JSON document, described by schemas/identity-output.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from profiler.model.profile import Profile


def report(profile: Profile) -> str:
    """Identifiers and UUIDs of a profile and its payloads as JSON text."""
    payloads: list[dict[str, Any]] = []
    for payload in profile.payloads:
        account = payload.account
        payloads.append(
            {
                "type": payload.type,
                "identifier": payload.identifier,
                "uuid": payload.uuid,
                "account": None if account is None else {"kind": account.kind, "address": account.address},
            }
        )
    document = {
        "version": 1,
        "profile": {"identifier": profile.identifier, "uuid": profile.uuid},
        "payloads": payloads,
    }
    return json.dumps(document, indent=1)
