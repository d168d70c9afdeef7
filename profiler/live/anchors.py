"""The roots a device trusts: the system's, those given on the command line, those inside the profile."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from profiler.errors import ProfilerError
from profiler.trust import certificate, store
from profiler.trust.pem import read_certificates, split_certificates
from profiler.trust.store import Trust

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cryptography import x509


class Anchors(NamedTuple):
    """What a chain may end at, and certificates that may stand in between.

    `public` roots come with the system; `private` ones are given or carried in the profile, which also carries `between`.
    """

    public: Trust
    private: Trust
    between: tuple[x509.Certificate, ...] = ()


def anchors(*, given: Path | None = None, carried: Iterable[bytes] = ()) -> Anchors:
    """Gather what is trusted.

    `given` is a PEM file, `carried` the data of certificate payloads (PEM or DER); one of those that cannot be read is left
    out. Raises ProfilerError when the file cannot be read or holds no certificate.
    """
    ders = [der for data in carried for der in split_certificates(data) or [data]]
    found = [one for one in map(certificate.load, ders) if one is not None]
    roots = [one for one in found if certificate.is_self_signed(one)]
    private = (read_certificates(given) if given else []) + roots
    try:
        public = store.system()
    except ProfilerError:  # a computer without roots can still check servers of a private CA
        public = Trust("the system's roots", ())
    return Anchors(public, Trust("private CAs", private), tuple(one for one in found if one not in roots))
