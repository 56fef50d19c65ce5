"""Addresses of a request: whose it is, which host it asks, and by which URL the server is known.

A proxy says these in X-Forwarded-* headers, which are believed only of trusted proxies.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit

from starlette.types import Scope

from graph_builder.core.text import join_alternatives
from graph_builder.server.limits import HTTPError

Headers = Sequence[tuple[bytes, bytes]]
LOOPBACK = ("127.0.0.1", "::1", "localhost")
LOOPBACK_NETWORKS = (ip_network("127.0.0.0/8"), ip_network("::1"))
_IPV6_NETWORK_BITS = 64
_CACHED_CLIENTS = 1024
#: What a proxy may name: a host with or without a port, and the path below which the server is.
_HOST = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_PREFIX = re.compile(r"(?:/[A-Za-z0-9._~!$&'()*+,;=:@%-]+)*/?")
_SCHEMES = ("http", "https")
_BASE = "aigg_base"


@dataclass(frozen=True)
class AddressPolicy:
    """Which host names the server answers to, its public URL, and which proxies it trusts.

    Without ``hosts`` it answers to all names; without ``public_url`` a request's own address is
    used.
    """

    hosts: tuple[str, ...] = ()
    public_url: str = ""
    proxies: tuple[IPv4Network | IPv6Network, ...] = ()

    def is_proxy(self, client: str) -> bool:
        """Return whether an address is that of a trusted proxy."""
        if not self.proxies:
            return False
        with suppress(ValueError):
            address = ip_address(client)
            return any(address in network for network in self.proxies)
        return False

    def resolve(self, scope: Scope, *, any_host: bool = False) -> None:
        """Put the client and the base URL of a request into its scope; raises HTTPError.

        Unknown host names are refused, unless ``any_host``, which guards against DNS rebinding: by
        it, a page elsewhere reads a server on loopback through a browser.
        """
        host, scheme, prefix = _get_host(scope), scope["scheme"], ""
        if self.is_proxy(get_client(scope)):
            host = _get_forwarded(scope, "host", _HOST) or host
            scheme = _get_forwarded(scope, "proto", re.compile("https?")) or scheme
            prefix = _get_forwarded(scope, "prefix", _PREFIX).rstrip("/")
            scope["client"] = (self.identify_client(get_client(scope), scope["headers"]), 0)
        scope[_BASE] = self.public_url or f"{scheme}://{host}{prefix}"
        if not any_host:
            self._check_host(host)

    def identify_client(self, proxy: str, headers: Headers) -> str:
        """Return the client that the nearest proxy names, other trusted proxies left out."""
        client = proxy
        for said in reversed(_get_header(headers, b"x-forwarded-for").split(",")):
            address = _parse_address(said)
            if not address:
                break
            client = address
            if not self.is_proxy(address):
                break
        return client

    def _check_host(self, host: str) -> None:
        name = (SplitResult("", host, "", "", "").hostname or "").rstrip(".")
        if self.hosts and name not in self.hosts:
            raise HTTPError(421, f"Unknown host name; use {join_alternatives(self.hosts)}.")


def parse_public_url(text: str) -> str:
    """Return a public URL without the slash at its end; raises ValueError if it is not one."""
    parts = urlsplit(text)
    if parts.scheme not in _SCHEMES or not _is_authority(parts.netloc):
        raise ValueError("write it as in https://example.org/graph")
    if parts.query or parts.fragment or not _PREFIX.fullmatch(parts.path):
        raise ValueError("write scheme, host and path alone, as in https://example.org/graph")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def parse_network(text: str) -> IPv4Network | IPv6Network:
    """Return the network of an address with or without a length; raises ValueError for others."""
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise ValueError("write an address such as 10.0.0.1, or a network 10.0.0.0/8") from None
    if "/" in text and network.network_address != ip_address(text.partition("/")[0]):
        raise ValueError(f"write the network, {network}, or an address alone")
    return network


def parse_host_name(text: str) -> str:
    """Return a host name as it is compared; raises ValueError if it is not one."""
    bracketed = f"[{text}]" if ":" in text and not text.startswith("[") else text
    name = SplitResult("", bracketed, "", "", "")
    if not _HOST.fullmatch(bracketed) or name.port is not None:
        raise ValueError("write a name or address alone, as in example.org")
    return (name.hostname or "").rstrip(".")


def _is_authority(text: str) -> bool:
    """Return whether a text is a host, with or without a port that there can be."""
    with suppress(ValueError):  # of the port
        return bool(_HOST.fullmatch(text)) and SplitResult("", text, "", "", "").port != 0
    return False


def format_authority(host: str, port: int | None) -> str:
    """Return host and port as a URL has them, an IPv6 address in brackets."""
    shown = f"[{host}]" if ":" in host else host
    return shown if port is None else f"{shown}:{port}"


@lru_cache(maxsize=_CACHED_CLIENTS)
def normalise_client(host: str) -> str:
    """Return an address as text; an IPv4 address that came by IPv6 is the IPv4 address."""
    return _parse_address(host) or host


def get_client_key(scope: Scope) -> str:
    """Return the key by which clients take turns: an IPv4 address, or an IPv6 /64 network."""
    return compute_client_key(get_client(scope))


@lru_cache(maxsize=_CACHED_CLIENTS)
def compute_client_key(host: str) -> str:
    """Return the key of an address: itself, or of an IPv6 address its /64 network."""
    with suppress(ValueError):
        address = ip_address(host)
        if isinstance(address, IPv6Address):
            if address.ipv4_mapped:
                return str(address.ipv4_mapped)
            network = int(address) >> _IPV6_NETWORK_BITS << _IPV6_NETWORK_BITS
            return f"{IPv6Address(network)}/{_IPV6_NETWORK_BITS}"
    return host


def get_base_url(scope: Scope) -> str:
    """Return the URL of the server's root as its client knows it, without a slash at its end."""
    return str(scope[_BASE])


def get_request_url(scope: Scope) -> SplitResult:
    """Return the URL of a request as its client knows it."""
    base = urlsplit(get_base_url(scope))
    query = scope["query_string"].decode("ascii")
    return base._replace(path=base.path + quote(scope["path"]), query=query)


def get_client(scope: Scope) -> str:
    """Return the address of a request's client."""
    return str((scope.get("client") or ("",))[0])


def _get_host(scope: Scope) -> str:
    return _get_header(scope["headers"], b"host") or format_authority(
        *(scope["server"] or ("", None))
    )


def _get_header(headers: Headers, name: bytes) -> str:
    return str(b",".join(value for key, value in headers if key == name), "latin-1")


def _get_forwarded(scope: Scope, name: str, pattern: re.Pattern[str]) -> str:
    """Return the first value of an X-Forwarded header, or ""; raises HTTPError if it is wrong."""
    header = f"x-forwarded-{name}"
    value = _get_header(scope["headers"], header.encode()).partition(",")[0].strip()
    if value and not pattern.fullmatch(value):
        raise HTTPError(400, f"The header {header.title()} has a wrong value.")
    return value


def _parse_address(text: str) -> str:
    """Return an IP address of a header, with a port or not, as plain text, or "" if it is none."""
    plain = text.strip()
    if plain.startswith("["):
        plain = plain[1:].partition("]")[0]
    elif plain.count(":") == 1:
        plain = plain.partition(":")[0]
    with suppress(ValueError):
        address = ip_address(plain)
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return str(mapped or address)
    return ""
