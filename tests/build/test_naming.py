"""Names that follow from what they name."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiler.build.naming import address_slug, file_name, reversed_domain, slug, uuid_of

ADDRESSES = st.builds(
    "{}@{}".format, st.text("abäA.-_+@", min_size=1, max_size=6), st.sampled_from(["web.de", "b.web.de"])
)


@given(st.text(max_size=20), st.text(max_size=20))
def test_slugs_and_files_are_as_different_as_the_texts(one: str, other: str) -> None:
    assert (slug(one) == slug(other)) == (one.lower() == other.lower())
    assert (file_name(one) == file_name(other)) == (one == other)


@given(ADDRESSES, ADDRESSES)
def test_slugs_of_addresses_are_as_different_as_the_addresses(one: str, other: str) -> None:
    assert (address_slug(one) == address_slug(other)) == (one.lower() == other.lower())


@given(st.text(max_size=200))
def test_slugs_go_into_identifiers(text: str) -> None:
    made = slug(text)
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
    assert not made.startswith((".", "-"))
    assert len(made) < 120


def test_uuids_are_version_5_in_capitals() -> None:
    made = uuid.UUID(uuid_of("ch.muster.mail"))
    assert made.version == 5
    assert uuid_of("ch.muster.mail") == str(made).upper() != uuid_of("ch.muster.mail2")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("anna@web.de", "de.web"),
        ("anna@apple.com", "mail.com.apple"),
        ("anna@münchen.de", "de.xn--mnchen-3ya"),
    ],
)
def test_reversed_domain(address: str, expected: str) -> None:
    assert reversed_domain(address) == expected
