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
    fix="sign the profile again with `profiler sign`, which writes DER",
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The signed file, or what is signed in it, is wrapped as text for mail.

    A device expects the bare DER structure and cannot read PEM or S/MIME text; with MIME headers before the profile what is
    signed is no property list. Both come from signing tools made for mail.
    """
    found = layers(run.document.source)
    if not found:
        return
    if found[0].wrapper in _FORMS:
        form = _FORMS[found[0].wrapper]
        title = "sign the profile again with `profiler sign`, which writes DER"
        if found[0].content is not None:
            inform = form.replace("/", "")
            title += f", or unwrap it: openssl cms -cmsout -inform {inform} -in FILE -outform DER -out NEW"
        message = f"Signed as {form} text, which a device cannot read: it expects DER"
        yield Finding(None, message, Fix(title, safety=Safety.MANUAL))
    content = found[-1].content
    if content is not None and content[:200].lstrip().lower().startswith(_MIME):
        message = "MIME headers stand before the signed profile, so that a device finds no property list"
        title = "`profiler unsign` it, remove the headers, and sign it again"
        yield Finding(None, message, Fix(title, safety=Safety.MANUAL))
