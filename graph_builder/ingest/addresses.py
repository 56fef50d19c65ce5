"""Web addresses as sources give them: valid IRIs in ASCII with a public host, or a sentence.

What is accepted here is valid for the engine too, by its own validation.
"""

import ipaddress
import re
import unicodedata
from urllib.parse import quote as encode_percent
from urllib.parse import urlsplit

from pyoxigraph import NamedNode

from graph_builder.core.text import quote, quote_id

_CHARACTERS = r"(?:%[0-9A-Fa-f]{2}|[!$&'()*+,./0-9:;=?@A-Z_a-z~-])*"
#: The form of an address, for editors; `check_address` says more.
ADDRESS_PATTERN = re.compile(
    rf"https?://[0-9A-Za-z.:_\[\]-]+(?:[/?]{_CHARACTERS})?(?:#{_CHARACTERS})?"
)
_START = re.compile(r"https?://")
_ANY_START = re.compile(r"https?://", re.IGNORECASE)
#: A host name with a dot, whose last part is no number.
_HOST = re.compile(
    r"(?!-)[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*\.(?=[A-Za-z0-9-]*[A-Za-z])[A-Za-z0-9-]{1,63}\.?"
)
_KEPT = "!$&'()*+,./:;=?@_~-"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
#: Unicode categories of characters that nobody sees, or that mean nothing to others.
_UNSEEN = {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp", "Zs"}


def check_address(value: str) -> str:
    """Return a web address as it is; raises ValueError with what is wrong and what to write."""
    if (match := _ANY_START.match(value)) and not _START.match(value):
        proposal = match[0].lower() + value[match.end() :]
        raise ValueError(f"{quote(value)} begins in capitals; write {quote_id(proposal)}")
    if not match:
        raise ValueError(f"{quote(value)} is not a web address; begin with http:// or https://")
    if unseen := next(filter(_is_unseen, value), None):
        raise ValueError(f"{quote(value)} contains the character U+{ord(unseen):04X}; delete it")
    if "\\" in value:
        raise ValueError(f"{quote(value)} contains a backslash; write / instead")
    scheme, host, rest = _split_address(value)
    _check_host(value, host)
    problem = _find_problem(host, rest)
    if problem:
        proposal = f"{scheme}://{_encode_host(host)}{_encode_rest(rest)}"
        raise ValueError(f"{quote(value)} contains {problem}; write {quote_id(proposal)}")
    try:
        NamedNode(value)
    except ValueError as error:
        raise ValueError(f"{quote(value)} is not a web address: {error}") from error
    return value


def _is_unseen(character: str) -> bool:
    return character != " " and unicodedata.category(character) in _UNSEEN


def _split_address(value: str) -> tuple[str, str, str]:
    """Return scheme, host with port, and the rest; raises ValueError."""
    scheme, _, after = value.partition("://")
    match = re.match(r"[^/?#]*", after)
    host = match[0] if match else ""
    if "@" in host:
        raise ValueError(f"{quote(value)} has a user name or password; leave it out")
    return scheme, host, after[len(host) :]


def _check_host(value: str, host: str) -> None:
    """Raise ValueError for a host that is none, or that only one machine can reach."""
    try:
        parts = urlsplit(f"https://{host}")
        name, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"{quote(value)} is not a web address: {error}") from error
    if host.startswith("["):
        _check_ip_address(value, name)
    elif not _HOST.fullmatch(_encode_host(name)):
        raise ValueError(f"{quote(value)} has no public host name, such as example.org")
    if host.endswith(":") or port == 0:
        raise ValueError(f"{quote(value)} has no number of a port after the colon; delete it")


def _check_ip_address(value: str, name: str) -> None:
    try:
        address = ipaddress.IPv6Address(name)
    except ValueError as error:
        message = f"{quote(value)} is not a web address: {name} is not an IPv6 address"
        raise ValueError(message) from error
    is_local = address.is_loopback or address.is_link_local or address.is_unspecified
    if is_local or address.is_site_local or address in ipaddress.IPv6Network("fc00::/7"):
        raise ValueError(f"{quote(value)} has no public host name, such as example.org")


def _find_problem(host: str, rest: str) -> str:
    """Return which character of an address is not allowed, or ""."""
    path, _, fragment = rest.partition("#")
    if not host.isascii():
        return f"the letter {next(each for each in host if not each.isascii())!r}"
    wrong = next(
        (found for part in (path, fragment) if (found := re.sub(_CHARACTERS, "", part, count=1))),
        "",
    )[:1]
    names = {"": "", " ": "a space", "%": "a % that begins no code", "#": "a second #"}
    return names.get(wrong, repr(wrong) if wrong.isascii() else f"the letter {wrong!r}")


def _encode_host(host: str) -> str:
    """Return a host in ASCII, by IDNA 2008, or unchanged if it has no such form."""
    if host.isascii():
        return host
    import idna

    name, colon, port = host.partition(":")
    try:
        return idna.encode(name, uts46=True).decode() + colon + port
    except idna.IDNAError:
        return host


def _encode_rest(rest: str) -> str:
    """Return path, query and fragment with each other character percent-encoded."""
    path, mark, fragment = rest.partition("#")
    coded = (
        encode_percent(_BARE_PERCENT.sub("%25", part), safe=f"%{_KEPT}")
        for part in (path, fragment)
    )
    return mark.join(coded) if mark else next(coded)
