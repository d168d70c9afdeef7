"""Turn Apple's payload descriptions (YAML) into one JSON Schema per payload type, facts only.

    python schemas/import_apple.py [FOLDER...]        older releases first, each a folder of *.yaml

Apple publishes the files at https://github.com/apple/device-management (mdm/profiles). Several releases give the
union of their keys with the newest availability; a value list or a required key counts only where all of them
agree. What Apple has wrong is mended by overlay.toml. schemas/README.md describes the result. Running it again
changes nothing.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

# Run as a script, only this folder is on the path.
from schemas.apple_yaml import read_release  # noqa: E402
from schemas.overlay import apply_overlay  # noqa: E402
from schemas.releases import Schema, mark_absent, merge, settle  # noqa: E402

DATA = HERE.parent.parent / "shared" / "data" / "apple"
RELEASES = (DATA / "ios-18.1", DATA / "2026-08-18")


def main() -> None:
    """Write schemas/payloads/*.json from the folders given."""
    releases = [Path(argument) for argument in sys.argv[1:]] or list(RELEASES)
    target = HERE / "payloads"
    target.mkdir(exist_ok=True)
    written = render(releases)
    for stale in {path.name for path in target.glob("*.json")} - written.keys():
        (target / stale).unlink()
    for name, text in written.items():
        (target / name).write_text(text, encoding="utf-8", newline="\n")
    print(f"{len(written)} files in {target}")


def render(releases: list[Path]) -> dict[str, str]:
    """Give file names and their text. Raises SystemExit when a folder holds no YAML."""
    schemas: dict[str, Schema] = {}
    for folder in releases:
        for name, schema in read_release(folder).items():
            schemas[name] = merge(schemas[name], schema) if name in schemas else schema
    for schema in schemas.values():
        mark_absent(schema, schema["x-sources"][-1])
        settle(schema)
    common = schemas["CommonPayloadKeys"]
    for name, schema in schemas.items():
        if name not in ("CommonPayloadKeys", "TopLevel"):
            include(schema, common)
    apply_overlay(schemas)
    return {f"{name.lstrip('.')}.json": dump(name, schema) for name, schema in sorted(schemas.items())}


def include(schema: Schema, common: Schema) -> None:
    """Add the keys that every payload has."""
    schema["properties"] = common["properties"] | schema["properties"]
    schema["required"] = common["required"] + [
        name for name in schema["required"] if name not in common["required"]
    ]


def dump(name: str, schema: Schema) -> str:
    """Write a schema with one line for each key, so that a change of one key is a change of one line."""
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "x-sources": schema["x-sources"],
        "x-platforms": schema.get("x-platforms", {}),
        "type": "object",
        "required": sorted(schema["required"]),
        "additionalProperties": schema["additionalProperties"],
    }
    if schema.get("x-undocumented"):
        head["x-undocumented"] = True
    lines = [f'"{key}": {compact(value)},' for key, value in head.items()]
    for group in ("$defs", "properties"):
        if group in schema:
            rows = ",\n".join(
                f"{compact(key)}: {compact(value)}" for key, value in sorted(schema[group].items())
            )
            lines.append(f'"{group}": {{\n{rows}\n}},')
    return "{\n" + "\n".join(lines).removesuffix(",") + "\n}\n"


def compact(value: Any) -> str:
    """One line of JSON, keys in a stable order, without what says nothing."""
    return json.dumps(tidy(value), ensure_ascii=False, separators=(",", ":"), default=str)


def tidy(value: Any) -> Any:
    """Drop empty lists of required keys and sort what has no order."""
    if isinstance(value, dict):
        return {
            key: tidy(item) for key, item in sorted(value.items()) if not (key == "required" and not item)
        }
    return [tidy(item) for item in value] if isinstance(value, list) else value


if __name__ == "__main__":
    main()
