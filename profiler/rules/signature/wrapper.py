"""sig-wrapper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.verification import layers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


_FORMS = {"pem": "PEM", "smime": "S/MIME"}
_MIME = (b"content-type:", b"mime-version:", b"content-transfer-encoding:", b"content-disposition:")


@rule(
    "sig-wrapper",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    needs=(Needs.SIGNATURE,),
    bad="",
    good="",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The signed file, or what is signed in it, is wrapped as text for mail.

    A device expects the bare DER structure and cannot read PEM or S/MIME text; with MIME headers before the profile what is
    signed is no property list. Both come from signing tools made for mail.
    """
    found = layers(run.document.source)
    if found and found[0].wrapper in _FORMS:
        form = _FORMS[found[0].wrapper]
        message = f"Signed as {form} text, which a device cannot read: it expects DER"
        inform = form.replace("/", "")
        fix = Fix(
            f"unwrap it: openssl cms -cmsout -inform {inform} -in FILE -outform DER -out NEW, or sign the profile again",
            safety=Safety.MANUAL,
        )
        yield Finding(None, message, fix)
    content = found[-1].content if found else None
    if content is not None and content[:200].lstrip().lower().startswith(_MIME):
        message = "MIME headers stand before the signed profile, so that a device finds no property list"
        fix = Fix("`profiler unsign` it, remove the headers, and sign it again", safety=Safety.MANUAL)
        yield Finding(None, message, fix)
