from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "apple"
RELEASES = [DATA / "ios-18.1", DATA / "2026-08-18"]
shared = pytest.mark.skipif(not DATA.is_dir(), reason="Apple's descriptions are not here")

COMMON = """
payload:
  payloadtype: CommonPayloadKeys
  supportedOS: {iOS: {introduced: '4.0'}, macOS: {introduced: '10.7'}}
payloadkeys:
- {key: PayloadType, type: <string>, presence: required}
"""
OLD = """
payload:
  payloadtype: com.example.thing
  supportedOS:
    iOS: {introduced: '4.0', multiple: true, supervised: true, allowmanualinstall: false,
          sharedipad: {mode: forbidden}, userenrollment: {mode: forbidden}}
    macOS: {introduced: '10.7', devicechannel: false, userchannel: true}
    tvOS: {introduced: n/a}
payloadkeys:
- {key: Both, type: <string>, presence: required, rangelist: [a, b]}
- {key: OnlyOld, type: <boolean>, presence: required, default: true}
- {key: Limited, type: <integer>, rangelist: [0], range: {min: 1, max: 9},
   supportedOS: {iOS: {introduced: '5.0', supervised: true}, macOS: {introduced: n/a}}}
- {key: Gone, type: <string>, supportedOS: {iOS: {deprecated: '9.0'}, macOS: {deprecated: '10.9', removed: '10.12'}}}
- {key: Secret, type: <array>, subkeys: [{key: Password, type: <data>}]}
- &again
  key: Tree
  type: <dictionary>
  subkeys:
  - {key: Leaf, type: <date>, format: prose about dates}
  - *again
"""
NEW = """
payload:
  payloadtype: com.example.thing
  platforms: {iOS: '4.0', iPadOS: '4.0', Mac Catalyst: '4.0', macOS: '10.7', tvOS: '15.0'}
payloadkeys:
- {key: Both, type: <string>, presence: required, rangelist: [b, c]}
- {key: OnlyNew, type: <dictionary>, availability: iOS 26+ | iPadOS 26+, subkeys: [{key: ANY, type: <string>}]}
- {key: Limited, type: <integer>, availability: iOS 6+ | iPadOS 6+ | macOS 13+ | tvOS 15+}
"""


def importer(monkeypatch: pytest.MonkeyPatch, overlay: str, tmp_path: Path) -> Any:
    """Import the importer as a checkout has it, with an overlay of the test's own."""
    monkeypatch.syspath_prepend(str(ROOT))
    module = importlib.import_module("schemas.overlay")
    path = tmp_path / "overlay.toml"
    path.write_text(overlay)
    monkeypatch.setattr(module, "OVERLAY", path)
    return importlib.import_module("schemas.import_apple")


def rendered(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, overlay: str = "entry = []", **releases: str
) -> dict[str, Any]:
    folders = []
    for release, text in releases.items():
        folder = tmp_path / release
        folder.mkdir()
        (folder / "common.yaml").write_text(COMMON)
        (folder / "thing.yaml").write_text(text)
        folders.append(folder)
    files = importer(monkeypatch, overlay, tmp_path).render(folders)
    loaded: dict[str, Any] = json.loads(files["com.example.thing.json"])
    return loaded


def test_two_releases_are_united(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert rendered(monkeypatch, tmp_path, r1=OLD, r2=NEW) == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "com.example.thing",
        "type": "object",
        "x-sources": ["r1", "r2"],
        "x-platforms": {
            "iOS": {
                "introduced": "4.0",
                "multiple": True,
                "supervised": True,
                "manual-install": False,
                "user-enrollment": "forbidden",
                "shared-ipad": [],
            },
            "macOS": {"introduced": "10.7", "channels": ["user"]},
            "tvOS": {"introduced": "15.0"},
        },
        "required": ["Both", "PayloadType"],
        "additionalProperties": False,
        "$defs": {
            "Tree": {
                "type": "object",
                "properties": {
                    "Leaf": {"type": "string", "format": "date-time", "x-plist": "date"},
                    "Tree": {"$ref": "#/$defs/Tree"},
                },
                "additionalProperties": False,
                "x-platforms": {"tvOS": False},
            }
        },
        "properties": {
            "PayloadType": {"type": "string"},
            "Both": {"type": "string", "enum": ["b", "c", "a"]},
            "OnlyOld": {
                "type": "boolean",
                "default": True,
                "x-absent-from": "r2",
                "x-platforms": {"tvOS": False},
            },
            "OnlyNew": {
                "type": "object",
                "properties": {},
                "additionalProperties": {"type": "string"},
                "x-platforms": {"iOS": {"introduced": "26"}, "macOS": False, "tvOS": False},
            },
            "Limited": {
                "type": "integer",
                "minimum": 0,
                "maximum": 9,
                "x-platforms": {"iOS": {"introduced": "6"}, "macOS": {"introduced": "13"}},
            },
            "Gone": {
                "type": "string",
                "deprecated": True,
                "x-absent-from": "r2",
                "x-platforms": {
                    "iOS": {"deprecated": "9.0"},
                    "macOS": {"deprecated": "10.9", "removed": "10.12"},
                    "tvOS": False,
                },
            },
            "Secret": {
                "type": "array",
                "items": {"type": "string", "contentEncoding": "base64", "x-plist": "data", "x-secret": True},
                "x-absent-from": "r2",
                "x-platforms": {"tvOS": False},
            },
            "Tree": {"$ref": "#/$defs/Tree", "x-absent-from": "r2"},
        },
    }


def test_an_overlay_entry_that_changes_nothing_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    overlay = '[[entry]]\ntypes = ["com.example.thing"]\noptional = ["OnlyOld"]\nreason = "was required"\nsource = ""\n'
    with pytest.raises(SystemExit, match="this entry changes nothing any more: was required"):
        rendered(monkeypatch, tmp_path, overlay, r1=OLD, r2=NEW)


def test_ipados_apart_from_ios_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="iPadOS differs from iOS"):
        rendered(monkeypatch, tmp_path, r1=NEW.replace("iPadOS: '4.0'", "iPadOS: '13.0'"))


def test_a_folder_without_descriptions_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"give the folder mdm/profiles of apple/device-management"):
        importer(monkeypatch, "entry = []", tmp_path).render([tmp_path])


@pytest.mark.shared
@shared
def test_running_it_again_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    files = importlib.import_module("schemas.import_apple").render(RELEASES)
    there = {
        path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas" / "payloads").iterdir()
    }
    assert files == there


@pytest.mark.shared
@shared
def test_every_type_and_key_that_apple_describes_is_there() -> None:
    missing = []
    types = set()
    for path in sorted(path for release in RELEASES for path in release.glob("*.yaml")):
        description = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        name = description["payload"]["payloadtype"]
        types.add(name)
        schema = json.loads(
            (ROOT / "schemas" / "payloads" / f"{name.lstrip('.')}.json").read_text(encoding="utf-8")
        )
        keys = {key["key"] for key in description.get("payloadkeys") or []} - {"ANY"}
        missing += [(name, key) for key in keys - schema["properties"].keys()]
    assert len(types) >= 120
    assert missing == []
