"""sig-detached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "sig-detached",
    severity=Severity.ERROR,
    source="https://www.rfc-editor.org/rfc/rfc5652#section-5.2",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
    fix="sign the profile itself with `profiler sign`, which keeps it inside",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The file is a signature without the profile that it signs.

    CMS allows the content to be kept elsewhere, and some tools do that unless told otherwise (`openssl smime -sign`
    without -nodetach). A device finds nothing to install.
    """
    if any(one.content is None for one in layers(run.document.source)):
        message = "The signature is detached: the profile is not in the file, so there is nothing to install"
        yield Finding(
            None, message, help="sign the profile itself with `profiler sign`, which keeps it inside"
        )
