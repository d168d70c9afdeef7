"""What verification finds out about a signed file, worked out once per run; cryptography is imported only for such files."""

from __future__ import annotations

import weakref
from functools import cache
from typing import TYPE_CHECKING

from profiler.errors import ProfilerError

if TYPE_CHECKING:
    from profiler.document.cms import SignedData
    from profiler.document.source import Source
    from profiler.rules.run import Run
    from profiler.trust.store import Trust
    from profiler.trust.verification import Signature

_found: weakref.WeakKeyDictionary[Run, tuple[Signature, ...]] = weakref.WeakKeyDictionary()


def layers(source: Source) -> tuple[SignedData, ...]:
    """The signed structures of a file, the outermost first; none when it is not signed."""
    return () if source.signed is None else (source.signed, *source.inner)


def signatures(run: Run) -> tuple[Signature, ...]:
    """The signatures that a device looks at, those of the outermost structure; none over a profile that is not there.

    Raises ProfilerError when the file that --trust names cannot be read.
    """
    if run not in _found:
        signed = run.document.source.signed
        _found[run] = () if signed is None or signed.content is None else _verify(signed, run)
    return _found[run]


@cache
def roots(choice: str) -> Trust:
    """The roots of the operating system, if it has any, and those of the PEM file that --trust names.

    Raises ProfilerError when that file cannot be read.
    """
    from profiler.trust import store  # noqa: PLC0415 - imports cryptography

    try:
        system = store.system()
    except ProfilerError:
        system = store.Trust("the system's roots (there are none)", ())
    if choice == "system":
        return system
    named = store.trust(choice)
    return store.Trust(f"the roots of {named.name} or of the system", (*named.roots, *system.roots))


def signer_name(source: Source) -> str:
    """The short name of the certificate a file is signed with; "" when it is not signed or the certificate is missing."""
    if source.signed is None:
        return ""
    from profiler.document import cms  # noqa: PLC0415 - most files are not signed

    der = cms.signer_certificate(source.signed)
    if der is None:
        return ""
    from profiler.trust import certificate  # noqa: PLC0415 - imports cryptography

    loaded = certificate.load(der)
    return "" if loaded is None else certificate.short_name(loaded)


def _verify(signed: SignedData, run: Run) -> tuple[Signature, ...]:
    from profiler.trust import verify  # noqa: PLC0415 - imports cryptography

    return verify.verify(signed, trust=roots(run.context.trust), at=run.now).signatures
