"""Take the profile out of a signed file."""

from __future__ import annotations

from profiler.document import cms
from profiler.errors import ProfilerError, Refused
from profiler.trust import integrity


def content(data: bytes, *, verify: bool) -> bytes:
    """Return the signed bytes unchanged, one envelope taken off.

    With `verify`, every signature must cover them; whether the signer is trusted is not asked. Raises Refused
    when one does not or when there is no content, ProfilerError when the file is not signed.
    """
    if not cms.looks_like(data):
        raise ProfilerError("is not signed", hint="there is nothing to take off")
    try:
        signed = cms.read(data)
    except cms.CmsError as error:
        raise ProfilerError(f"{error.message} (at byte {error.offset})", hint="get the file again") from None
    if isinstance(signed, cms.EnvelopedData):
        raise ProfilerError("is encrypted and not signed", hint="`profiler decrypt` opens it")
    if signed.content is None:
        raise Refused(
            "the signature is detached: there is no profile in the file", hint="get the profile itself"
        )
    problem = integrity.problem(signed) if verify else ""
    if problem:
        raise Refused(f"{problem}: nothing is written", hint="--no-verify takes the content all the same")
    return signed.content
