"""Slips of the keyboard in a domain."""

from __future__ import annotations


def one_edit_apart(typed: str, known: str) -> bool:
    """Whether one letter is missing, added, wrong or swapped with its neighbour.

    Two names that differ in a two-letter country alone are not: yahoo.cn is no slip of yahoo.ca.
    """
    if typed == known or abs(len(typed) - len(known)) > 1:
        return False
    shorter, longer = sorted((typed, known), key=len)
    start = next((i for i, letter in enumerate(shorter) if letter != longer[i]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    typed_name, _, typed_country = typed.rpartition(".")
    known_name, _, known_country = known.rpartition(".")
    if typed_name == known_name and len(typed_country) == len(known_country) == 2:  # noqa: PLR2004 - country codes
        return False
    swapped = shorter[start + 1 : start + 2] + shorter[start : start + 1] + shorter[start + 2 :]
    return shorter[start + 1 :] == longer[start + 1 :] or swapped == longer[start:]
