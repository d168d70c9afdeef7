"""enc-inner-dict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from profiler.document.edits import Fix, Safety
from profiler.rules.rule import Finding, Needs, Severity, rule
from profiler.rules.signature.sealed import KEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from profiler.document.plist import Node
    from profiler.rules.run import Run


@rule(
    "enc-inner-dict",
    severity=Severity.ERROR,
    source="https://developer.apple.com/documentation/devicemanagement/configuring-multiple-devices-using-profiles",
    keys=(KEY,),
    needs=(Needs.KEY,),
    bad="",
    good="",
    fix="`profiler decrypt` it, put the payloads into an array (`profiler lint --fix` does), and encrypt it again",
)
def check(root: Node | None, run: Run) -> Iterator[Finding]:
    """What was encrypted is a dictionary and not the array of payloads.

    Apple asks for the array of PayloadContent itself as the root of the encrypted property list; a device finds no payloads
    in a dictionary, be it one payload or a whole profile.
    """
    decrypted = run.document.decrypted
    if root is not None and decrypted is not None and decrypted.kind == "dict":
        message = f"{KEY} holds a dictionary where a device expects the array of payloads"
        title = "`profiler decrypt` it, put the payloads into an array (`profiler lint --fix` does), and encrypt it again"
        yield Finding(root.get(KEY), message, Fix(title, safety=Safety.MANUAL))
