"""enc-not-enveloped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.rules.rule import Finding, Severity, rule
from profiler.rules.signature.example_envelopes import FOR_ONE
from profiler.rules.signature.sealed import KEY, sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


_TEXT = {"pem": "is PEM text, and a device expects DER", "smime": "is S/MIME text, and a device expects DER"}


@rule(
    "enc-not-enveloped",
    severity=Severity.ERROR,
    also=(Severity.WARNING,),
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    keys=(KEY,),
    leave_out=("PayloadContent",),
    bad="""
    <key>EncryptedPayloadContent</key>
    <data>PGFycmF5Lz4=</data>
    """,
    good=f"""
    <key>EncryptedPayloadContent</key>
    <data>{FOR_ONE}</data>
    """,
)
def check(_root: Node | None, run: Run) -> Iterator[Finding]:
    """The encrypted payloads are no CMS EnvelopedData in DER.

    That is the only form that Apple documents; a device cannot open anything else and refuses the profile. Of BER and of
    authenticated encryption, which other systems write, nobody knows: they are warnings.
    """
    found = sealed(run)
    if found is None:
        return
    hint = "encrypt the profile again with `profiler encrypt`"
    problem = found.problem if found.opened is None else _TEXT.get(found.opened.wrapper, "")
    if problem:
        yield Finding(found.node, f"{KEY} {problem}: a device cannot open it", help=hint)
    elif found.opened is not None and (found.opened.wrapper == "ber" or found.opened.mac is not None):
        form = "AuthEnvelopedData" if found.opened.mac is not None else "BER"
        message = f"{KEY} is {form} where Apple documents EnvelopedData in DER: a device may not open it"
        yield Finding(found.node, message, severity=Severity.WARNING, help=hint)
