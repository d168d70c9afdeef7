"""A plan for a person at a terminal: the verdict first, then what happens to each account."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from profiler.document.plist import path_text
from profiler.lifecycle.effect import BLOCKING, Effect, Mail

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from profiler.lifecycle.difference import Change
    from profiler.lifecycle.effect import Judgement
    from profiler.lifecycle.folder import Planned
    from profiler.lifecycle.plan import PayloadPlan, Plan

    Paint = Callable[..., str]
    Clean = Callable[[str], str]

_WIDTH = 60
_CHANGES = 8


def one(plan: Plan, accepted: Collection[Effect], paint: Paint, clean: Clean) -> Iterator[str]:
    """Lines for the plan of one profile. `paint(text, style)` colours, `clean(text)` makes foreign text safe."""
    yield verdict(plan, accepted, paint)
    if plan.judgements[0].effect is not Effect.IDENTICAL:
        yield ""
        yield from _block(
            plan.judgements, f"profile {plan.new.identifier}", plan.user_sees, "", plan.changes, paint, clean
        )
    for payload in plan.payloads:
        yield ""
        yield from _payload(payload, paint, clean)
    if plan.unread:
        yield ""
        yield "the payloads are encrypted and were not compared: give --decrypt-key to look inside"


def folders(
    planned: Sequence[Planned], accepted: Collection[Effect], paint: Paint, clean: Clean
) -> Iterator[str]:
    """Lines for the plans of two folders: those where nothing changes are only counted."""
    quiet = 0
    for entry in planned:
        if entry.plan.effects == {Effect.IDENTICAL}:
            quiet += 1
            continue
        yield clean(f"{entry.installed or '(new)'} -> {entry.proposed or '(gone)'}")
        yield from ("  " + line if line else "" for line in one(entry.plan, accepted, paint, clean))
        yield ""
    blocked = sum(bool(entry.plan.refused_effects(accepted)) for entry in planned)
    total = f"{len(planned)} profile{'' if len(planned) == 1 else 's'}"
    yield f"{total}: {blocked} destructive, {len(planned) - blocked} safe, of which {quiet} unchanged"


def verdict(plan: Plan, accepted: Collection[Effect], paint: Paint) -> str:
    """The line that answers the question."""
    how = "installed by hand" if plan.delivery == "manual" else "sent by device management"
    refused = plan.refused_effects(accepted)
    if not refused:
        if plan.effects == {Effect.IDENTICAL}:
            return paint("identical", "green", "bold") + ": a device would see no difference"
        taken = sorted(plan.blocking, key=lambda effect: effect.gravity)
        note = f" (accepted: {', '.join(taken)})" if taken else ""
        return f"{paint('safe', 'green', 'bold')}, {how}{note}{_but(plan)}"
    names = ", ".join(refused)
    return f"{paint('destructive', 'red', 'bold')}, {how}: {names}. If that is meant: --accept {','.join(refused)}"


def _but(plan: Plan) -> str:
    """What a person should know although nothing has to be accepted."""
    fates = {payload.mail for payload in plan.payloads}
    if Mail.LOST in fates:
        return "; but mail that is on a device only may be lost"
    return "; but devices may download mail again" if Mail.DOWNLOADED_AGAIN in fates else ""


def _payload(planned: PayloadPlan, paint: Paint, clean: Clean) -> Iterator[str]:
    payload = planned.payload
    account = payload.account
    name = (
        f"{account.kind} account {account.address or account.incoming.username}".rstrip()
        if account
        else payload.type
    )
    title = f"{name} ({payload.identifier})"
    yield from _block(
        planned.judgements, title, planned.user_sees, str(planned.mail), planned.changes, paint, clean
    )


def _block(
    judgements: Sequence[Judgement],
    title: str,
    seen: str,
    mail: str,
    changes: Sequence[Change],
    paint: Paint,
    clean: Clean,
) -> Iterator[str]:
    gravest = judgements[0].effect
    style = "red" if gravest in BLOCKING else "green" if gravest is Effect.IDENTICAL else "yellow"
    yield f"{paint(gravest.upper(), style, 'bold')}  {_line(title, clean)}"
    if gravest is Effect.IDENTICAL and mail not in ("may-be-downloaded-again", "may-be-lost"):
        return
    for judgement in judgements:
        if judgement.effect is not Effect.RECONFIGURE or gravest is Effect.RECONFIGURE:
            yield f"  why     {_line(judgement.reason, clean)} [{judgement.certainty}]"
    yield f"  user    {seen}"
    if mail and mail != "not-affected":
        yield f"  mail    {mail.replace('-', ' ')}"
    for change in changes[:_CHANGES]:
        yield f"  {_mark(change)} {_line(f'{path_text(change.key_path)}: {values(change)}', clean)}"
    if len(changes) > _CHANGES:
        yield f"  ... and {len(changes) - _CHANGES} more changes"


def _line(text: str, clean: Clean) -> str:
    return clean(" ".join(text.split()))


def _mark(change: Change) -> str:
    return {"added": "+", "removed": "-", "changed": "~"}[change.kind]


def values(change: Change) -> str:
    """Both values of a change in one line; secrets hidden."""
    if change.secret:
        return "(secret)"
    shown = [
        _value(value)
        for node, value in ((change.old, change.before), (change.new, change.after))
        if node is not None
    ]
    return " -> ".join(shown)


def _value(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…"
