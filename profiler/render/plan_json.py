"""A plan for machines: one JSON document, described by schemas/plan-output.schema.json."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from profiler.lifecycle.difference import Change
    from profiler.lifecycle.effect import Effect, Judgement
    from profiler.lifecycle.folder import Planned
    from profiler.lifecycle.plan import PayloadPlan, Plan


def one(plan: Plan, accepted: Collection[Effect]) -> str:
    """The plan of one profile as JSON text."""
    return _text({"version": 1, **_plan(plan, accepted)})


def folders(planned: Sequence[Planned], accepted: Collection[Effect]) -> str:
    """The plans of two folders as JSON text."""
    profiles = [
        {"installed": _path(one.installed), "proposed": _path(one.proposed), **_plan(one.plan, accepted)}
        for one in planned
    ]
    destructive = any(one.plan.refused_effects(accepted) for one in planned)
    return _text({"version": 1, "verdict": "destructive" if destructive else "safe", "profiles": profiles})


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, indent=1)


def _path(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _plan(plan: Plan, accepted: Collection[Effect]) -> dict[str, Any]:
    refused = plan.refused_effects(accepted)
    return {
        "verdict": "destructive" if refused else "safe",
        "delivery": plan.delivery,
        "blocking": [str(effect) for effect in refused],
        "profile": {
            "identifier": plan.new.identifier,
            "uuid": plan.new.uuid,
            **_judged(plan.judgements),
            "user_sees": plan.user_sees,
            "changes": [_change(change) for change in plan.changes],
        },
        "payloads": [_payload(payload) for payload in plan.payloads],
    }


def _payload(planned: PayloadPlan) -> dict[str, Any]:
    payload = planned.payload
    return {
        "type": payload.type,
        "identifier": payload.identifier,
        "uuid": payload.uuid,
        **_judged(planned.judgements),
        "user_sees": planned.user_sees,
        "mail": str(planned.mail),
        "changes": [_change(change) for change in planned.changes],
    }


def _judged(judgements: tuple[Judgement, ...]) -> dict[str, Any]:
    gravest = judgements[0]
    others = dict.fromkeys(
        str(judgement.effect) for judgement in judgements if judgement.effect is not gravest.effect
    )
    return {
        "effect": str(gravest.effect),
        "reason": gravest.reason,
        "certainty": str(gravest.certainty),
        "source": gravest.source,
        "also": list(others),
        "judgements": [
            {
                "effect": str(judgement.effect),
                "reason": judgement.reason,
                "certainty": str(judgement.certainty),
                "source": judgement.source,
            }
            for judgement in judgements
        ],
    }


def _change(change: Change) -> dict[str, Any]:
    return {
        "key_path": list(change.key_path),
        "kind": change.kind,
        "secret": change.secret,
        "before": change.before,
        "after": change.after,
    }
