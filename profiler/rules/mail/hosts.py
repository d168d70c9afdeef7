"""What a host name alone tells: whether it is an address, whether only a private network knows it, whose it is."""

from __future__ import annotations

from functools import lru_cache

# Names no public DNS answers: RFC 6761, RFC 6762, RFC 8375, and what company networks use.
_PRIVATE_SUFFIXES = frozenset(
    {"local", "localhost", "internal", "intranet", "lan", "corp", "home", "private", "home.arpa"}
)
# Second labels under which countries hand out domains, as in example.co.uk.
_SECOND_LEVEL = frozenset({"ac", "co", "com", "edu", "go", "gob", "gov", "ne", "net", "or", "org"})
_LONGEST_LABEL = 63
_LONGEST_NAME = 253


@lru_cache(maxsize=4096)
def is_ip(host: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address."""
    if not host or (":" not in host and not host.replace(".", "").isdigit()):
        return False
    import ipaddress  # noqa: PLC0415 - few hosts look like an address

    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether the host is the device itself."""
    return (
        host == "localhost" or host.endswith(".localhost") or host.strip("[]") == "::1" or _loopback_ip(host)
    )


def is_local(host: str) -> bool:
    """Whether the name means something on one device or one network only: localhost, .local or a single label."""
    return is_loopback(host) or (not is_ip(host) and ("." not in host or host.endswith(".local")))


def is_internal(host: str) -> bool:
    """Whether the host belongs to a private network: a private address, a local name or a private suffix."""
    if is_ip(host):
        import ipaddress  # noqa: PLC0415 - few hosts are an address

        return ipaddress.ip_address(host.strip("[]")).is_private
    labels = host.split(".")
    return is_local(host) or labels[-1] in _PRIVATE_SUFFIXES or ".".join(labels[-2:]) in _PRIVATE_SUFFIXES


def domain(host: str) -> str:
    """The domain a host is registered under, as far as the name tells; the host itself when it is an address or short."""
    if is_ip(host):
        return host
    labels = host.split(".")
    country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL  # noqa: PLR2004 - country codes
    return ".".join(labels[-3 if country else -2 :])


@lru_cache(maxsize=4096)
def fault(host: str) -> str:
    """What keeps an ASCII or internationalized text from being a host name; "" when nothing does."""
    marked = next((words for mark, words in _MARKS if mark in host), "")
    if marked:
        return marked
    if any(letter.isspace() or not letter.isprintable() for letter in host):
        return "holds a space or a control character"
    name = punycode(host)
    if name is None or len(name) > _LONGEST_NAME:
        return f"is longer than {_LONGEST_NAME} characters" if name else "is no internationalized host name"
    if name.rpartition(".")[2].isdigit():
        return "ends in a number, but is no IP address"
    return next((words for label in name.split(".") if (words := _label_fault(label))), "")


def _label_fault(label: str) -> str:
    if not label:
        return "has an empty label"
    if len(label) > _LONGEST_LABEL:
        return f"has a label longer than {_LONGEST_LABEL} characters"
    if label.startswith("-") or label.endswith("-"):
        return f"has the label {label!r}, which begins or ends with a hyphen"
    if not label.replace("-", "").replace("_", "").isalnum():
        return f"has the label {label!r}, which holds more than letters, digits and hyphens"
    return ""


def punycode(host: str) -> str | None:
    """The host in ASCII (RFC 3490), None when it has no such form."""
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return None


_MARKS = (
    ("://", "begins with a scheme"),
    ("@", "holds an @, as an address does"),
    ("/", "holds a path"),
    (":", "holds a port"),
)


def _loopback_ip(host: str) -> bool:
    return host.startswith("127.") and is_ip(host)
