"""A plan for a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.plist import path_text
from profiler.lifecycle.effect import BLOCKING, Effect
from profiler.render.plan_text import values, verdict

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from profiler.lifecycle.effect import Judgement
    from profiler.lifecycle.folder import Planned
    from profiler.lifecycle.plan import Plan


def one(plan: Plan, accepted: Collection[Effect]) -> Iterator[str]:
    """Lines for the plan of one profile."""
    yield f"### `{_code(plan.new.identifier)}`"
    yield ""
    yield from _body(plan, accepted)


def folders(planned: Sequence[Planned], accepted: Collection[Effect]) -> Iterator[str]:
    """Lines for the plans of two folders."""
    quiet = 0
    for entry in planned:
        if entry.plan.effects == {Effect.IDENTICAL}:
            quiet += 1
            continue
        yield f"### `{_code(str(entry.proposed or entry.installed))}` (`{_code(entry.plan.new.identifier)}`)"
        yield ""
        yield from _body(entry.plan, accepted)
        yield ""
    yield f"{quiet} of {len(planned)} profiles do not change."


def _body(plan: Plan, accepted: Collection[Effect]) -> Iterator[str]:
    yield f"**{_plain(verdict(plan, accepted, lambda text, *_: text))}**"
    yield ""
    yield "| What | Effect | Why | Sure | The user sees | Mail on the device |"
    yield "|---|---|---|---|---|---|"
    yield _row("the profile", plan.judgements, plan.user_sees, "")
    for payload in plan.payloads:
        account = payload.payload.account
        name = (
            f"{account.kind} {account.address or account.incoming.username}".rstrip()
            if account
            else payload.payload.type
        )
        yield _row(name, payload.judgements, payload.user_sees, str(payload.mail).replace("-", " "))
    changes = [("", change) for change in plan.changes]
    changes += [
        (payload.payload.identifier, change) for payload in plan.payloads for change in payload.changes
    ]
    if changes:
        yield ""
        yield "<details><summary>Changed values</summary>"
        yield ""
        for where, change in changes:
            prefix = f"`{_code(where)}` " if where else ""
            yield f"- {prefix}`{_code(path_text(change.key_path))}`: `{_code(values(change))}`"
        yield ""
        yield "</details>"
    if plan.unread:
        yield ""
        yield "The payloads are encrypted and were not compared."


def _row(name: str, judgements: Sequence[Judgement], seen: str, mail: str) -> str:
    gravest = judgements[0]
    effects = dict.fromkeys(judgement.effect for judgement in judgements)
    shown = ", ".join(f"**{effect}**" if effect in BLOCKING else effect for effect in effects)
    sure = f"[{gravest.certainty}]({gravest.source})"
    return f"| {_plain(name)} | {shown} | {_plain(gravest.reason)} | {sure} | {_plain(seen)} | {mail} |"


def _plain(text: str) -> str:
    """Text as Markdown shows it literally, in one line of a table."""
    for mark in "\\`*_[]<>|#":
        text = text.replace(mark, "&lt;" if mark == "<" else "\\" + mark)
    return " ".join(text.split())


def _code(text: str) -> str:
    return " ".join(text.replace("`", "'").split())
