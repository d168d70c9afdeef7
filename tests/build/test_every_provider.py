"""Whatever the database says can be set up, builds, and the linter has nothing against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from profiler.build.address import Wish, build_address
from profiler.build.check import serialize
from profiler.errors import Refused
from profiler.providers.index import read_all
from profiler.rules.rule import Severity

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.build.check import Checker
    from profiler.build.site import Site
    from profiler.providers.provider import Provider

PROVIDERS = read_all()
# What no profile can help: POP is POP, services end, and who hands out user names must be asked.


def inherent(provider: Provider, platform: str, protocol: str) -> set[str]:
    rules = {"mail-pop"} if protocol == "pop" else set()
    if provider.retirements:
        rules |= {"prov-retiring", "ex-ews-sunset"}
    if provider.username == "other" and not provider.username_template:
        rules |= {"mail-username-missing", "ex-username-mdm"}
    if provider.oauth == "google" and platform == "ios" and protocol != "google":
        rules.add("prov-native-payload")
    return rules


def address_at(provider: Provider) -> str:
    domain = provider.domains[0] if provider.domains else "muster-firma.ch"
    return f"anna@{domain.replace('*.', 'muster.')}"


@pytest.mark.parametrize("provider", PROVIDERS, ids=lambda provider: provider.id)
@pytest.mark.parametrize("delivery", ["manual", "mdm"])
@pytest.mark.parametrize("platform", ["ios", "macos"])
def test_builds_without_error_or_warning(
    provider: Provider, platform: str, delivery: str, site: Callable[..., Site], checker: Checker
) -> None:
    aimed = site(f"{platform},{delivery}")
    for protocol in provider.protocols(platform):
        if protocol == "google" and delivery == "manual":
            continue  # Apple describes it for device management
        wish = Wish(name="Anna Muster", provider=provider.id, protocol=protocol)
        built = build_address(address_at(provider), wish, aimed)
        found = checker.findings(serialize(built.value), aimed.targets, "a.mobileconfig")
        rules = {one.rule for one in found if one.severity is not Severity.NOTE}
        assert rules <= inherent(provider, platform, protocol), protocol


@pytest.mark.parametrize(
    "provider", [p for p in PROVIDERS if p.domains and p.protocols()], ids=lambda p: p.id
)
def test_the_address_alone_takes_the_best_way(
    provider: Provider, site: Callable[..., Site], checker: Checker
) -> None:
    built = build_address(address_at(provider), Wish(), site())
    assert built.provider == provider.id
    types = {"google": "com.apple.google-oauth", "exchange": "com.apple.eas.account"}
    expected = types.get(provider.protocols()[0], "com.apple.mail.managed")
    assert [payload["PayloadType"] for payload in built.value["PayloadContent"]] == [expected]
    found = checker.findings(serialize(built.value), site().targets, "a.mobileconfig")
    assert {one.rule for one in found if one.severity is not Severity.NOTE} <= {"mail-pop"}


@pytest.mark.parametrize("provider", [p for p in PROVIDERS if not p.protocols()], ids=lambda p: p.id)
def test_what_cannot_work_is_refused_with_the_reason(provider: Provider, site: Callable[..., Site]) -> None:
    with pytest.raises(Refused) as raised:
        build_address(address_at(provider), Wish(), site())
    reason = "bridge program" if provider.desktop_only else "unencrypted servers only"
    assert reason in raised.value.message


def test_the_app_password_and_fetching_are_told_where_it_matters(site: Callable[..., Site]) -> None:
    for provider in PROVIDERS:
        if not {"imap", "pop"} & set(provider.protocols("macos")):
            continue
        protocol = provider.protocols("macos")[0]
        built = build_address(
            address_at(provider), Wish(provider=provider.id, protocol=protocol), site("macos")
        )
        text = built.value["PayloadDescription"]
        assert ("app password" in text) == (provider.app_password in ("required", "supported")), provider.id
        assert ("fetched" in text) == (provider.push == "no"), provider.id
