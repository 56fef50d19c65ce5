"""Whose a request is, which host it asks, and by which URL its client knows the server."""

from ipaddress import ip_network
from typing import Any

import pytest

from graph_builder.server.limits import HTTPError
from graph_builder.server.request_address import (
    LOOPBACK_NETWORKS,
    AddressPolicy,
    get_client_key,
    get_request_url,
    normalise_client,
    parse_host_name,
    parse_network,
    parse_public_url,
)

BEHIND = AddressPolicy(proxies=(*LOOPBACK_NETWORKS, ip_network("10.0.0.0/8")))


def resolve(policy: AddressPolicy, client: str = "127.0.0.1", **headers: str) -> dict[str, Any]:
    scope = {
        "client": (client, 1),
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, value in {"host": "here", **headers}.items()
        ],
        "path": "/a b",
        "query_string": b"x",
        "scheme": "http",
        "server": ("::1", 80),
    }
    policy.resolve(scope)
    return scope


@pytest.mark.parametrize(
    ("client", "said", "found"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "198.51.100.1, 192.0.2.7, 10.1.2.3", "192.0.2.7"),
        ("127.0.0.1", "192.0.2.7:4711", "192.0.2.7"),
        ("127.0.0.1", "[2001:db8::1]:80", "2001:db8::1"),
        ("127.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"),
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7 GET /x 200 1", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, unknown", "127.0.0.1"),
        ("127.0.0.1", "192.0.2.7, x, 10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "192.0.2.7", "192.0.2.7"),
        ("192.0.2.1", "192.0.2.7", "192.0.2.1"),
        ("", "192.0.2.7", ""),
    ],
)
def test_the_client_is_whom_the_nearest_trusted_proxy_names(
    client: str, said: str, found: str
) -> None:
    assert resolve(BEHIND, client, x_forwarded_for=said)["client"][0] == found


def test_only_trusted_proxies_are_believed() -> None:
    said = {"x_forwarded_host": "h", "x_forwarded_prefix": "/p/", "x_forwarded_proto": "https"}
    trusted = get_request_url(resolve(BEHIND, "::1", **said)).geturl()
    assert trusted == "https://h/p/a%20b?x"
    for policy, client in ((BEHIND, "192.0.2.1"), (AddressPolicy(), "127.0.0.1")):
        assert get_request_url(resolve(policy, client, **said)).geturl() == "http://here/a%20b?x"
    assert get_request_url(resolve(BEHIND, host="")).geturl() == "http://[::1]:80/a%20b?x"


@pytest.mark.parametrize(
    "said",
    [
        {"x_forwarded_host": "a b"},
        {"x_forwarded_host": "a/b"},
        {"x_forwarded_host": "a@b"},
        {"x_forwarded_host": 'a"><script>'},
        {"x_forwarded_prefix": "//evil.example"},
        {"x_forwarded_prefix": "p"},
        {"x_forwarded_prefix": "/a?b"},
        {"x_forwarded_proto": "javascript"},
    ],
    ids=str,
)
def test_a_wrong_value_of_a_proxy_is_refused(said: dict[str, str]) -> None:
    with pytest.raises(HTTPError) as caught:
        resolve(BEHIND, **said)
    assert caught.value.status == 400


def test_the_public_url_comes_before_all_that_a_request_says() -> None:
    policy = AddressPolicy(("h",), "https://h/g", BEHIND.proxies)
    scope = resolve(policy, x_forwarded_host="h:80", x_forwarded_prefix="/p")
    assert get_request_url(scope).geturl() == "https://h/g/a%20b?x"


@pytest.mark.parametrize("host", ["h", "H", "h.", "h:80", "H.:80"])
def test_a_known_host_name_may_be_written_in_any_way(host: str) -> None:
    url = get_request_url(resolve(AddressPolicy(("h",)), host=host))
    assert url.netloc == host


@pytest.mark.parametrize(
    "host", ["evil", "h.evil", "evil:h", "h@evil", "[::1", "h evil", ".", "h,h"]
)
def test_an_unknown_host_name_is_refused(host: str) -> None:
    with pytest.raises(HTTPError) as caught:
        resolve(AddressPolicy(("h",)), host=host)
    assert (caught.value.status, str(caught.value)) == (421, "Unknown host name; use h.")


def test_the_host_that_a_proxy_names_is_checked() -> None:
    policy = AddressPolicy(("h",), "", BEHIND.proxies)
    resolve(policy, host="inner", x_forwarded_host="h")
    with pytest.raises(HTTPError):
        resolve(policy, host="h", x_forwarded_host="evil")


@pytest.mark.parametrize(
    ("client", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_an_ipv6_client_is_a_network(client: str, key: str) -> None:
    assert get_client_key({"client": (client, 1)}) == key


def test_an_ipv4_client_that_came_by_ipv6_has_its_own_address() -> None:
    assert normalise_client("::ffff:127.0.0.1") == "127.0.0.1"
    assert normalise_client("::1") == "::1"
    assert normalise_client("unix") == "unix"


def test_what_is_wrong_with_a_network_is_told() -> None:
    assert [str(parse_network(text)) for text in ("10.0.0.1", "10.0.0.0/8", "fd00::/8")] == [
        "10.0.0.1/32",
        "10.0.0.0/8",
        "fd00::/8",
    ]
    with pytest.raises(ValueError, match=r"write the network, 10\.0\.0\.0/8, or an address alone"):
        parse_network("10.0.0.1/8")
    with pytest.raises(ValueError, match=r"write an address such as 10\.0\.0\.1"):
        parse_network("localhost")


def test_a_public_url_and_a_host_name_have_one_form() -> None:
    assert parse_public_url("https://Example.org:8443/a/b/") == "https://example.org:8443/a/b"
    assert [parse_host_name(text) for text in ("Example.org.", "::1", "[::1]", "10.0.0.1")] == [
        "example.org",
        "::1",
        "::1",
        "10.0.0.1",
    ]
