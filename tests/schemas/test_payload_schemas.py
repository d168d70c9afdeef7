from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PAYLOADS = Path(__file__).parents[2] / "schemas" / "payloads"
SCHEMAS: dict[str, dict[str, Any]] = {
    path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(PAYLOADS.glob("*.json"))
}
PLATFORM_FACTS = {
    "introduced", "deprecated", "removed", "multiple", "supervised", "manual-install", "user-enrollment",
    "channels", "shared-ipad", "user-approved-mdm", "automated-enrollment",
}  # fmt: skip


def below(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield schema
    groups = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values()]
    for item in [*groups, schema.get("items"), schema.get("additionalProperties")]:
        if isinstance(item, dict):
            yield from below(item)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_file_is_a_json_schema(name: str) -> None:
    schema = SCHEMAS[name]
    jsonschema.Draft202012Validator.check_schema(schema)
    assert f"{schema['title'].lstrip('.')}.json" == name
    for item in below(schema):
        re.compile(item.get("pattern", ""))
        assert not set(item.get("required", ())) - item.get("properties", {}).keys()
        assert "$ref" not in item or item["$ref"].removeprefix("#/$defs/") in schema["$defs"]
        for platform, facts in item.get("x-platforms", {}).items():
            assert platform in ("iOS", "macOS", "tvOS", "visionOS", "watchOS")
            assert facts is False or not facts.keys() - PLATFORM_FACTS
            for fact in ("introduced", "deprecated", "removed"):
                assert facts is False or re.fullmatch(r"[0-9]+(\.[0-9]+)*", facts.get(fact, "1"))


def test_no_prose_is_copied() -> None:
    words = {"description", "content", "comment", "$comment", "examples"}
    assert not [name for name, schema in SCHEMAS.items() for item in below(schema) if words & item.keys()]


def test_names_differ_without_regard_to_case() -> None:
    assert len({name.lower() for name in SCHEMAS}) == len(SCHEMAS)


def test_documented_types_are_many() -> None:
    documented = [name for name, schema in SCHEMAS.items() if not schema.get("x-undocumented")]
    assert len(documented) == 122


def test_secrets_are_marked() -> None:
    def secrets(name: str) -> set[str]:
        return {key for key, item in SCHEMAS[f"{name}.json"]["properties"].items() if item.get("x-secret")}

    assert secrets("com.apple.mail.managed") == {"IncomingPassword", "OutgoingPassword"}
    assert secrets("com.apple.eas.account") == {"Certificate", "CertificatePassword", "Password"}
    assert secrets("com.apple.security.pkcs12") == {"PayloadContent", "Password"}
    assert secrets("com.apple.caldav.account") == {"CalDAVPassword"}
    assert secrets("com.apple.profileRemovalPassword") == {"RemovalPassword"}


def test_facts_about_mail() -> None:
    mail = SCHEMAS["com.apple.mail.managed.json"]
    assert mail["x-platforms"] == {
        "iOS": {"introduced": "4.0", "multiple": True, "shared-ipad": ["user"]},
        "macOS": {"channels": ["user"], "introduced": "10.7", "multiple": True},
        "visionOS": {"introduced": "1.1", "multiple": True},
    }
    assert mail["properties"]["VPNUUID"] == {
        "type": "string",
        "x-platforms": {"iOS": {"introduced": "14"}, "macOS": False},
    }
    assert mail["properties"]["allowMailDrop"]["default"] is False


def test_the_newest_release_counts() -> None:
    restrictions = SCHEMAS["com.apple.applicationaccess.json"]["properties"]
    assert restrictions["allowDefaultBrowserModification"]["x-platforms"]["iOS"] == {"introduced": "18.2"}
