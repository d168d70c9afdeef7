"""The provider files agree with their schema, with each other, and with the index made from them."""

from __future__ import annotations

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from profiler.model.account import EAS, MAIL
from profiler.providers.database import DATA, Database
from profiler.providers.index import build_index, dumps, lines, read_all
from profiler.providers.settings import expected_settings
from profiler.providers.validate import violations

FILES = sorted(DATA.glob("*.toml"))
SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_each_file_keeps_to_the_schema_and_is_named_after_its_id(path: Path) -> None:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    assert violations(table, "provider.schema.json") == []
    assert table["id"] == path.stem


def test_the_index_is_what_the_files_say() -> None:
    assert (DATA / "index.json").read_text(encoding="utf-8") == dumps(build_index(read_all()))
    assert (DATA / "providers.jsonl").read_text(encoding="utf-8") == lines()


def test_look_ups_give_what_the_files_say() -> None:
    assert list(Database.load()) == read_all()


def test_the_notice_of_the_mozilla_licence_is_kept() -> None:
    assert "Mozilla\nPublic License, v. 2.0" in (DATA / "NOTICE").read_text(encoding="utf-8")


def test_hosts_of_names_a_provider_that_has_the_host() -> None:
    providers = {provider.id: provider for provider in read_all()}
    for provider in providers.values():
        if provider.hosts_of:
            theirs = {server.host for server in providers[provider.hosts_of].servers()}
            assert theirs & {server.host for server in provider.servers()}, provider.id


def test_what_a_profile_can_set_up_has_settings() -> None:
    for provider in read_all():
        address = f"anna@{provider.domains[0] if provider.domains else 'example.com'}"
        for protocol in provider.protocols():
            if protocol in ("imap", "pop"):
                settings = expected_settings(provider, MAIL, address, pop=protocol == "pop")
                assert settings["IncomingMailServerUseSSL"] is True, provider.id
                assert settings["OutgoingMailServerUseSSL"] is True, provider.id
            elif protocol == "exchange":
                assert expected_settings(provider, EAS, address)["SSL"] is True, provider.id


def test_providers_without_any_way_are_known() -> None:
    stuck = {provider.id for provider in read_all() if not provider.protocols()}
    assert {"proton", "goo.jp", "nifty.com", "peoplepc.com", "tiscali.cz"} <= stuck
    assert len(stuck) == 35


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the table lies beside a maintainer's checkout")
def test_every_row_of_the_table_is_here() -> None:
    database = Database.load()
    with (SHARED / "providers.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter="|"))
    assert len(rows) == 74
    for row in rows:
        for domain in row["domain(s)"].split(","):
            if not domain.startswith("("):
                assert database.find(domain) is not None, domain
        for entry in row["imap host:port:tls"].split(";"):
            host = entry.split(":")[0].replace("<region>", "eu-west-1")
            if host not in ("-", "127.0.0.1"):
                assert database.by_host(host) is not None, host


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the table lies beside a maintainer's checkout")
def test_every_provider_of_the_ispdb_is_here() -> None:
    database = Database.load()
    entries: list[Any] = json.loads((SHARED / "ispdb.json").read_bytes())
    assert len(entries) == 163
    for _file, _name, domains, servers, _documents in entries:
        for domain in domains:
            provider = database.find(domain)
            assert provider is not None, domain
            known = {server.host for server in provider.servers()}
            for server in servers:
                host = server.split(" ")[1].rsplit(":", 2)[0].replace("%EMAILDOMAIN%", domain)
                if host not in ("None", "export.imap.mail.yahoo.com"):
                    assert host in known, (domain, host)
