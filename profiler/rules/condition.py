"""When a rule can matter: cheap looks at a file or an account, so that most files need neither the call nor the import of most rules.

A rule names one with `when`. A condition may hold too often, never too seldom; tests/lint/test_dispatch.py lints everything with
and without them.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from profiler.model import confidential
from profiler.model.account import Authentication

if TYPE_CHECKING:
    from collections.abc import Callable

    from profiler.document.plist import Node
    from profiler.model.account import Account
    from profiler.rules.run import Run

_DOCTYPE = ("-//Apple//DTD PLIST 1.0//EN", "http://www.apple.com/DTDs/PropertyList-1.0.dtd")
_HOST = r"(?ai)[a-z0-9]{1,20}(?:-[a-z0-9]{1,20})?(?:\.[a-z0-9]{1,20}(?:-[a-z0-9]{1,20})?){0,3}\.(?!local(?:host)?\Z)[a-z]{2,20}"
_USUAL_METHODS = (None, Authentication.PASSWORD)


@lru_cache(maxsize=4096)
def is_usual_host(text: str) -> bool:
    """Whether a text is surely a host name under a public suffix, with nothing odd about it."""
    return re.fullmatch(_HOST, text) is not None


def _speaks_of_passwords(root: Node, run: Run) -> bool:
    if root.get("ConsentText") is not None:
        return True
    for holder in run.identified:
        for key in confidential.TEXTS & holder.value.keys():
            text = holder.string(key)
            if text and confidential.mentions_password(text):
                return True
    return False


def _odd_host(account: Account, _run: Run) -> bool:
    payload = account.payload
    return not all(is_usual_host(payload.string(server.keys.host) or "a.no") for server in account.servers)


def _provider(account: Account, run: Run) -> bool:
    if run.provider(account) is not None:
        return True
    outgoing = account.outgoing
    return outgoing is not None and bool(outgoing.host) and run.providers.by_host(outgoing.host) is not None


CONDITIONS: dict[str, Callable[[Any, Run], bool]] = {
    # of a file
    "binary": lambda _root, run: run.document.source.binary,
    "leading bytes": lambda _root, run: run.document.source.lead > 0,
    "unusual doctype": lambda _root, run: run.document.doctype != _DOCTYPE,
    "unusual name": lambda _root, run: not run.document.source.name.endswith(".mobileconfig"),
    "no dictionary": lambda root, _run: root.kind != "dict",
    "several accounts": lambda _root, run: len(run.accounts) > 1,
    "a secret by its key": lambda _root, run: any(map(confidential.is_secret_key, run.document.keys)),
    "a private key": lambda _root, run: run.document.source.binary or confidential.may_hold_key(run.content),
    "words for passwords": _speaks_of_passwords,
    # of an account
    "a known provider": _provider,
    "POP": lambda account, _run: account.kind == "pop",
    "TLS off": lambda account, _run: any(server.ssl is False for server in account.servers),
    "unusual sign-in": lambda account, _run: any(
        server.authentication not in _USUAL_METHODS for server in account.servers
    ),
    "unusual host": _odd_host,
}
