"""What verification found: seven steps, and the signatures they are about, in Python and as the JSON output has it."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from profiler.trust import certificate as cert

if TYPE_CHECKING:
    from datetime import datetime

    from profiler.trust.chain import Chain
    from profiler.trust.integrity import Integrity

STEPS = ("envelope", "digest", "signature", "signer certificate", "chain", "trust", "time")


class Status(StrEnum):
    """What a step found."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


class Step(NamedTuple):
    """One step: its name from STEPS, what was found, and what that means on a device."""

    step: str
    status: Status
    message: str


class Signature(NamedTuple):
    """One signature and what was found out; `signed_at` is what the signer claims, proven by nobody."""

    integrity: Integrity
    chain: Chain | None
    signed_at: datetime | None

    @property
    def valid_when_signed(self) -> bool | None:
        """Whether the signer's certificate was valid at the claimed time; None when there is no claim."""
        leaf = self.integrity.certificate
        if leaf is None or self.signed_at is None:
            return None
        return leaf.not_valid_before_utc <= self.signed_at <= leaf.not_valid_after_utc


class Verification(NamedTuple):
    """The seven steps in order, and the signatures they are about."""

    steps: tuple[Step, ...]
    signatures: tuple[Signature, ...]

    @property
    def valid(self) -> bool:
        """Whether no step failed."""
        return all(step.status is not Status.FAILED for step in self.steps)

    def describe(self) -> dict[str, object]:
        """Return the steps, the signers and the first signer's chain, as the JSON output shows them."""
        return {
            "valid": self.valid,
            "steps": [
                {"step": one.step, "status": str(one.status), "message": one.message} for one in self.steps
            ],
            "signers": [_describe_signer(one) for one in self.signatures],
            "chain": _describe_chain(self.signatures[0].chain) if self.signatures else [],
        }

    def step(self, name: str) -> Step:
        """Return the step of that name."""
        return self.steps[STEPS.index(name)]


def _describe_signer(one: Signature) -> dict[str, object]:
    leaf = one.integrity.certificate
    return {
        "certificate": None if leaf is None else cert.describe(leaf),
        "digest": one.integrity.digest,
        "algorithm": one.integrity.algorithm,
        "signed_at": None if one.signed_at is None else cert.moment(one.signed_at),
        "valid_when_signed": one.valid_when_signed,
    }


def _describe_chain(chain: Chain | None) -> list[dict[str, object]]:
    if chain is None:
        return []
    roles = ["signer", *["intermediate"] * (len(chain.certificates) - 1)]
    found = [
        {"role": role, **cert.describe(one)} for role, one in zip(roles, chain.certificates, strict=True)
    ]
    if chain.root is not None and chain.root is not chain.certificates[0]:
        found.append({"role": "root", **cert.describe(chain.root)})
    return found
