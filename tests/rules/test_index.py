"""The index by which the linter finds rules says what the rules say."""

from profiler import rules
from profiler.rules import index


def test_the_index_is_that_of_the_rules() -> None:
    """`make docs` writes it anew."""
    assert index.FILE.read_text(encoding="utf-8") == index.text(
        (group, rules.load(group)) for group in rules.GROUPS
    )


def test_an_entry_leads_to_its_rule() -> None:
    """Every rule can be had by its id."""
    assert [entry.rule for entry in index.by_id().values()] == list(rules.every())


def test_a_rule_that_does_not_exist() -> None:
    """None, not an error."""
    assert rules.one("mail-nothing") is None
