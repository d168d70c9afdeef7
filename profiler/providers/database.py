"""Look up a provider by address domain, server, MX host or id. Of data/, what index.py makes of the files is read."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from profiler.errors import ProfilerError, UsageError
from profiler.providers.typo import one_edit_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from profiler.providers.provider import Provider

DATA = Path(__file__).parent / "data"


class Database:
    """All providers. `index` holds the tables domains, hosts and mx (name -> id), names (id -> name) and lookalikes."""

    def __init__(self, index: dict[str, Any], own: Iterable[Provider] = ()) -> None:
        self._index = index
        self._loaded: dict[str, Provider] = {}
        self._meant: dict[str, str | None] = {}
        self._depends_on_domain: dict[str, bool] = {}
        for provider in own:
            self._add(provider)

    @classmethod
    def load(cls, extra: Sequence[Path] = ()) -> Database:
        """Read the index, and the user's own files or folders of them, which win over ours.

        Raises UsageError for a file that is no valid provider, ProfilerError for one that cannot be read.
        """
        index = json.loads((DATA / "index.json").read_bytes())
        return cls(index, [_own_provider(path) for path in _files(extra)])

    def find(self, domain: str) -> Provider | None:
        """Return the provider of an address domain: the very domain, or one the provider hands out below its own (*.name)."""
        name = normalize(domain)
        domains: dict[str, str] = self._index["domains"]
        key = domains.get(name) or domains.get("*." + name.partition(".")[2])
        if not key:
            return None
        provider = self._get(key)
        return provider.for_domain(name) if self._depends_on_domain[key] else provider

    def by_host(self, host: str) -> Provider | None:
        """Return the provider whose server this is, old names included; of several, the one that runs it."""
        name = normalize(host)
        key = self._index["hosts"].get(name)
        if key is None:
            return None
        provider = self._get(key)
        if not self._depends_on_domain[key]:
            return provider
        filled = (provider.for_domain(domain) for domain in provider.domains)
        return next((one for one in filled if any(server.host == name for server in one.servers())), provider)

    def by_mx(self, host: str) -> Provider | None:
        """Return the provider that receives mail at this MX host, by the longest name it ends with."""
        labels = normalize(host).split(".")
        for start in range(len(labels) - 1):
            key = self._index["mx"].get(".".join(labels[start:]))
            if key:
                return self._get(key)
        return None

    def get(self, key: str) -> Provider | None:
        """Return the provider with this id."""
        return self._get(key) if key in self._index["names"] else None

    def search(self, text: str) -> list[Provider]:
        """Return the providers a person means by a domain, an id, a server or a part of a name."""
        folded = text.strip().casefold()
        exact = self.find(folded.rpartition("@")[2]) or self.get(folded) or self.by_host(folded)
        if exact is not None:
            return [exact]
        names: dict[str, str] = self._index["names"]
        return [self._get(key) for key, name in names.items() if folded in name.casefold() or folded in key]

    def nearest_domain(self, domain: str) -> str | None:
        """Return the consumer domain that this one is probably a slip of (gmial.com -> gmail.com)."""
        name = normalize(domain)
        if name in self._index["domains"]:
            return None
        if name not in self._meant:
            known = self._index["lookalikes"]
            self._meant[name] = next((one for one in known if one_edit_apart(name, one)), None)
        return self._meant[name]

    def __iter__(self) -> Iterator[Provider]:
        return (self._get(key) for key in self._index["names"])

    def __len__(self) -> int:
        return len(self._index["names"])

    def _get(self, key: str) -> Provider:
        if key not in self._loaded:
            self._loaded[key] = _provider(key)
            self._note(self._loaded[key])
        return self._loaded[key]

    def _note(self, provider: Provider) -> None:
        self._depends_on_domain[provider.id] = any("{domain}" in server.host for server in provider.servers())

    def _add(self, provider: Provider) -> None:
        self._loaded[provider.id] = provider
        self._note(provider)
        self._index["names"][provider.id] = provider.name
        for domain in provider.domains:
            self._index["domains"][domain] = provider.id
        for host in hosts(provider):
            self._index["hosts"][host] = provider.id
        for suffix in provider.mx:
            self._index["mx"][suffix] = provider.id


def hosts(provider: Provider) -> set[str]:
    """Return every host name of a provider, those that depend on the address domain filled in."""
    found = {server.host for server in provider.servers()}
    for domain in provider.domains:
        found |= {server.host for server in provider.for_domain(domain).servers()}
    return {host for host in found if "{" not in host}


def normalize(name: str) -> str:
    """Write a domain or host as the database does: lower case, no final dot, ASCII (https://www.rfc-editor.org/rfc/rfc5890)."""
    folded = name.strip().rstrip(".").lower()
    if folded.isascii():
        return folded
    try:
        return folded.encode("idna").decode("ascii")
    except UnicodeError:
        return folded


def _provider(key: str) -> Provider:
    from profiler.providers.provider import from_table  # noqa: PLC0415 - most accounts are at no known provider

    text = _lines()
    start = text.index(f'{{"id": "{key}"'.encode())
    return from_table(json.loads(text[start : text.index(b"\n", start)]))


@cache
def _lines() -> bytes:
    return (DATA / "providers.jsonl").read_bytes()


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(path.glob("*.toml"))
        else:
            yield path


def _own_provider(path: Path) -> Provider:
    import tomllib  # noqa: PLC0415

    from profiler.document import locate  # noqa: PLC0415 - only for users' own files
    from profiler.providers.provider import from_table  # noqa: PLC0415
    from profiler.providers.validate import violation  # noqa: PLC0415 - jsonschema

    described = "docs/providers.md describes a provider file"
    try:
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except OSError as error:
        raise ProfilerError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(f"{path}:{line}: is not UTF-8 text", hint="save the file as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        line = locate.line_in(str(error), text)
        raise UsageError(f"{path}:{line}: no valid TOML: {error}", hint=described) from None
    problem = violation(table, "provider.schema.json")
    if problem:
        line = locate.line_of(locate.lines(text), problem.path)
        raise UsageError(f"{path}:{line}: {problem}", hint=described)
    try:
        return from_table(table)
    except ValueError as error:
        raise UsageError(f"{path}: {error}", hint=described) from None
