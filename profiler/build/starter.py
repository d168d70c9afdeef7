"""Starter files: a commented spec for an address, a commented config."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.build.naming import check_address, reversed_domain

if TYPE_CHECKING:
    from profiler.providers.database import Database
    from profiler.providers.provider import Provider

_SPEC = """\
# A spec for `profiler build --spec`. docs/building.md explains it; schemas/spec.schema.json describes every key.

organization = "{organization}"
# Your domain backwards: every identifier begins with it. Keep it for ever, or devices get a second account.
identifier-prefix = "{prefix}"
# Which devices: the linter checks for them. manual: people install it; mdm: a management service sends it.
targets = ["ios:16,manual"]

[[profiles]]
id = "mail"
name = "Mail of {organization}"
# What people read before they agree, in their language. default is for all others.
# consent = {{ default = "This sets up your mail account.", de = "Richtet dein Mailkonto ein." }}

[[profiles.accounts]]
kind = "{kind}"
# For many people write address = "{{email}}" and name = "{{name}}", and add --users users.csv with these columns.
address = "{address}"
{account}
# Passwords stay out: the device asks. Where one must be inside, name where it is: password = "env:MAIL_PASSWORD"
# Any key of Apple's payload, in Apple's spelling:
# settings = {{ PreventMove = true }}
"""
_KNOWN = """\
# {name} is known, so servers, ports and user name need not be written (profiler providers {id}).
{sender}"""
_UNKNOWN = """\
# Nothing is known about {domain}: put the names of your servers here (profiler discover may find them).
incoming = "imap.{domain}:993/tls"
outgoing = "smtp.{domain}:587/starttls"
# The whole address, as most servers want it; some want the part before the @.
username = "{address}"
{sender}"""
_SENDER = '# The sender\'s name; left out, the device asks for it.\n# name = "Anna Muster"'
CONFIG = """\
# Config of profiler, for the files in this folder and below. docs/suppressing.md explains every key.

# Which devices the profiles are for: PLATFORM[:VERSION][,FLAG]...
# targets = ["ios:16,manual", "macos:13,manual"]

# Whose variables ($EMAIL, {{mail}}, %Email%) are values to come and no mistakes.
# mdm = "jamf"

# Rules to leave out, and others to take more or less seriously; profiler rules lists them.
# ignore = ["doc-doctype"]
# severity = { mail-pop = "note" }

# From which severity on lint exits 1: error, warning, note or never.
# fail-on = "warning"

# Your own provider files or folders of them, relative to this file.
# providers = ["providers"]

# Rules that do not matter in some files.
# [per-file-ignores]
# "lab/*.mobileconfig" = ["mail-cleartext"]
"""


def spec_for(address: str, database: Database) -> tuple[str, bool]:
    """Return a starter spec for an address, and whether its servers are known. Raises UsageError for text that is no address."""
    address = check_address(address)
    domain = address.rpartition("@")[2]
    provider = database.find(domain)
    kinds = provider.protocols() if provider else ()
    text = _SPEC.format(
        organization=domain,
        prefix=reversed_domain(address),
        kind=kinds[0] if kinds else "imap",
        address=address,
        account=_account(provider if kinds else None, address, domain, kinds[0] if kinds else "imap"),
    )
    return text, bool(kinds)


def _account(provider: Provider | None, address: str, domain: str, kind: str) -> str:
    sender = "" if kind == "exchange" else _SENDER
    if provider is None:
        return _UNKNOWN.format(domain=domain, address=address, sender=sender)
    return _KNOWN.format(name=provider.name, id=provider.id, sender=sender).rstrip("\n")
