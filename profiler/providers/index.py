"""Write what look-ups read from the provider files: `python -m profiler.providers.index`. A test holds it up to date.

data/index.json says which provider a name belongs to; data/providers.jsonl is each file again, a line of JSON each, since reading
TOML takes as long as linting a profile.
"""

from __future__ import annotations

import json
import tomllib
from typing import Any

from profiler.providers.database import DATA, hosts
from profiler.providers.provider import Provider, from_table

_SHORTEST_LABEL = 5


def build_index(providers: list[Provider]) -> dict[str, Any]:
    """Return the tables of the index. Raises ValueError when two providers claim one name."""
    domains: dict[str, str] = {}
    owners: dict[str, list[Provider]] = {}
    mx: dict[str, str] = {}
    for provider in providers:
        for domain in provider.domains:
            _claim(domains, domain, provider.id)
        for suffix in provider.mx:
            _claim(mx, suffix, provider.id)
        for host in hosts(provider):
            owners.setdefault(host, []).append(provider)
    return {
        "domains": dict(sorted(domains.items())),
        "hosts": {host: _owner(host, claims) for host, claims in sorted(owners.items())},
        "mx": dict(sorted(mx.items())),
        "names": {provider.id: provider.name for provider in providers},
        "lookalikes": [
            domain
            for provider in providers
            if provider.consumer
            for domain in provider.domains
            if len(domain.partition(".")[0]) >= _SHORTEST_LABEL
        ],
    }


def read_all() -> list[Provider]:
    """Read every provider file, ordered by id."""
    return [from_table(table) for table in _tables()]


def lines() -> str:
    """Return every provider file as a line of JSON, ordered by id."""
    return "".join(json.dumps(table, ensure_ascii=False, default=str) + "\n" for table in _tables())


def dumps(index: dict[str, Any]) -> str:
    """Write the index one name to a line, so that a change shows as one line."""
    return json.dumps(index, indent=0, ensure_ascii=False) + "\n"


def _tables() -> list[dict[str, Any]]:
    return [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(DATA.glob("*.toml"))]


def _claim(table: dict[str, str], name: str, key: str) -> None:
    if table.setdefault(name, key) != key:
        raise ValueError(f"{name}: claimed by {table[name]} and by {key}")


def _owner(host: str, claims: list[Provider]) -> str:
    ids = {provider.id for provider in claims}
    owners = [provider.id for provider in claims if provider.hosts_of not in ids]
    if len(owners) != 1:
        raise ValueError(f"{host}: claimed by {', '.join(sorted(ids))}; say hosts-of in all but one")
    return owners[0]


if __name__ == "__main__":
    (DATA / "index.json").write_text(dumps(build_index(read_all())), encoding="utf-8")
    (DATA / "providers.jsonl").write_text(lines(), encoding="utf-8")
