"""Replies that are kept: what is, for how long, who waits for whom; validators and compression."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from email.utils import formatdate

import pytest
from starlette.datastructures import Headers

from graph_builder.server.compression import accepts_gzip, compress_reply
from graph_builder.server.conditional_requests import (
    build_caching_headers,
    is_known_version,
    is_unmodified,
)
from graph_builder.server.limits import MAX_CACHED_REPLY, HTTPError
from graph_builder.server.reply_cache import ReplyCache, compute_reply_key, is_repeatable
from graph_builder.server.sparql_task import Reply
from tests.conftest import run_alone
from tests.server.conftest import Server, Start
from tests.server.test_fair_semaphore import settle


def reply(size: int = 10, status: int = 200) -> Reply:
    return Reply(status, "text/plain", b"x" * size)


class Task:
    """A task that takes as long as it is told to, and counts how often it runs."""

    def __init__(self, outcome: Reply | HTTPError) -> None:
        """Prepare a task with an outcome."""
        self.outcome = outcome
        self.runs = 0
        self.may_end = asyncio.Event()

    @asynccontextmanager
    async def run(self) -> AsyncIterator[Reply]:
        """Run the task."""
        self.runs += 1
        await self.may_end.wait()
        if isinstance(self.outcome, HTTPError):
            raise self.outcome
        yield self.outcome


async def fetch(
    cache: ReplyCache, client: str, run: Callable[[], AbstractAsyncContextManager[Reply]]
) -> Reply | int:
    try:
        async with cache.hold("key", client, run) as found:
            return found
    except HTTPError as error:
        return error.status


@pytest.mark.parametrize(
    ("outcome", "runs"),
    [
        (reply(), 2),  # one of each client
        (reply(status=303), 2),
        (HTTPError(503, "Too long."), 2),
        (reply(status=404), 6),
        (reply(MAX_CACHED_REPLY + 1), 6),
    ],
    ids=["small", "redirect", "error", "not found", "large"],
)
def test_a_client_waits_for_what_it_has_asked_for_already(
    outcome: Reply | HTTPError, runs: int
) -> None:
    async def count() -> tuple[int, list[Reply | int]]:
        cache, task = ReplyCache(), Task(outcome)
        asked = [asyncio.create_task(fetch(cache, client, task.run)) for client in "aaabbb"]
        await settle()
        assert task.runs == 2
        task.may_end.set()
        answers = await asyncio.gather(*asked)
        return task.runs, answers

    found, answers = run_alone(count)
    assert found == runs
    assert answers == [outcome.status if isinstance(outcome, HTTPError) else outcome] * 6


def test_who_waits_for_one_who_leaves_runs_the_task_itself() -> None:
    async def run() -> tuple[int, list[Reply | int]]:
        cache, task = ReplyCache(), Task(reply())
        asked = [asyncio.create_task(fetch(cache, "a", task.run)) for _ in range(3)]
        await settle()
        asked[0].cancel()
        await settle()
        task.may_end.set()
        return task.runs, await asyncio.gather(*asked[1:])

    runs, answers = run_alone(run)
    assert answers == [reply(), reply()]
    assert runs == 2


def test_kept_replies_are_bounded_and_the_oldest_goes_first() -> None:
    async def keep() -> list[bool]:
        cache = ReplyCache(max_bytes=6_500)
        for name in "abacd":
            task = Task(reply(1_000))
            task.may_end.set()
            async with cache.hold(name, "client", task.run):
                pass
        return [cache.get(name) is not None for name in "abcd"]

    assert run_alone(keep) == [True, False, True, True]


@pytest.mark.parametrize(
    ("query", "repeatable"),
    [
        ("ASK {}", True),
        ("SELECT * { ?s ?p 'know' }", True),
        ("SELECT (NOW() AS ?t) {}", False),
        ("SELECT (now # comment\n() AS ?t) {}", False),
        ("SELECT (rand() AS ?t) {}", False),
        ("SELECT (STRUUID() AS ?t) {}", False),
        ("SELECT (\\u004eOW() AS ?t) {}", False),
    ],
)
def test_an_answer_that_changes_is_not_kept(query: str, repeatable: bool) -> None:  # noqa: FBT001
    assert is_repeatable(query) == repeatable


def test_a_key_tells_graphs_tasks_and_values_apart() -> None:
    keys = [
        compute_reply_key(*words)
        for words in [
            ("a", "t", {"x": 1, "y": 2}),
            ("a", "t", {"y": 2, "x": 1}),
            ("b", "t", {"x": 1, "y": 2}),
            ("a", "u", {"x": 1, "y": 2}),
            ("a", "t", {"x": 1, "y": 3}),
        ]
    ]
    assert keys[0] == keys[1]
    assert len({*keys}) == 4


@pytest.mark.parametrize(
    ("header", "accepted"),
    [
        ("", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("*", True),
        ("gzip;q=0", False),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity", False),
        ("gzip;q=x", False),
        ("xgzip", False),
    ],
)
def test_compression_is_used_where_it_is_accepted(header: str, accepted: bool) -> None:  # noqa: FBT001
    assert accepts_gzip(header) == accepted


def test_a_reply_is_compressed_if_it_becomes_smaller_by_it() -> None:
    large = compress_reply(reply(5_000))
    assert gzip.decompress(large.body) == b"x" * 5_000
    assert large == compress_reply(reply(5_000))
    assert compress_reply(reply()) == reply()


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ({}, False),
        ({"If-None-Match": '"k"'}, True),
        ({"If-None-Match": 'W/"k"'}, True),
        ({"If-None-Match": '"a", "k"'}, True),
        ({"If-None-Match": '"K"'}, False),
        ({"If-None-Match": ""}, False),
    ],
)
def test_a_version_that_the_client_names_is_known(header: dict[str, str], known: bool) -> None:  # noqa: FBT001
    validators = build_caching_headers("GET", "k", 0.0, is_page=True)
    assert is_known_version(Headers(header), validators) == known
    for others in (
        build_caching_headers("POST", "k", 0.0, is_page=True),
        build_caching_headers("GET", None, 0.0, is_page=False),
    ):
        assert not is_known_version(Headers(header), others)


@pytest.mark.parametrize(
    ("header", "unmodified"),
    [
        ({"If-Modified-Since": formatdate(100, usegmt=True)}, True),
        ({"If-Modified-Since": formatdate(200, usegmt=True)}, True),
        ({"If-Modified-Since": formatdate(99, usegmt=True)}, False),
        ({"If-Modified-Since": formatdate(200, usegmt=True), "If-None-Match": '"x"'}, False),
        ({"If-Modified-Since": "yesterday"}, False),
        ({"If-None-Match": "*"}, True),
        ({}, False),
    ],
)
def test_a_date_counts_where_no_version_is_named(header: dict[str, str], unmodified: bool) -> None:  # noqa: FBT001
    validators = build_caching_headers("GET", "k", 100.0, is_page=True)
    assert is_unmodified(Headers(header), validators) == unmodified


@pytest.mark.server
@pytest.mark.parametrize("target", ["/", "/find?q=x", "/sparql?query=SELECT*%7B?s?p?o%7D"])
def test_what_a_client_has_is_not_sent_again(server: Server, target: str) -> None:
    first = server.send(target=target)
    packed = server.send(target=target, Accept_Encoding="gzip")
    assert first.status == packed.status == 200
    assert "etag" in first.headers
    assert "last-modified" in first.headers
    assert "accept-encoding" in first.headers["vary"].lower()
    for answer in (first, packed):
        again = server.send(target=target, If_None_Match=answer.headers["etag"])
        assert (again.status, again.body) == ((304, b"") if answer is first else (200, first.body))
    if packed.headers.get("content-encoding"):
        assert gzip.decompress(packed.body) == first.body
        assert packed.headers["etag"] != first.headers["etag"]
    dated = server.send(target=target, If_Modified_Since=first.headers["last-modified"])
    assert dated.status == 304


@pytest.mark.server
def test_what_changes_or_is_posted_has_no_validators(server: Server) -> None:
    now = server.get(("query", "SELECT (RAND() AS ?x) {}"))
    again = server.get(("query", "SELECT (RAND() AS ?x) {}"))
    assert now.headers["cache-control"] == "no-store"
    assert now.body != again.body
    for answer in (now, server.ask("ASK {}"), server.ask("ASK {}")):
        assert answer.status == 200
        assert "etag" not in answer.headers
    assert server.send(target="/nothing/here").headers.get("etag") is None


@pytest.mark.server
@pytest.mark.parametrize("path", ["/favicon.ico", "/.git/config", "/wp/login.php"])
def test_what_robots_ask_for_is_not_looked_up(server: Server, path: str) -> None:
    answer = server.send(target=path)
    assert (answer.status, answer.text) == (404, "Nothing found at this address.\n")


@pytest.mark.server
def test_slow_readers_of_large_answers_shut_out_nobody(start: Start) -> None:
    """One address holds as much as it may; it and others still get small answers, others large."""
    import http.client
    import socket
    from contextlib import ExitStack

    from tests.server.conftest import QUERY

    server = start("--timeout", 30, "--max-answer", 6)
    large = "SELECT * WHERE { ?s ?p ?o . ?s ?q ?r } LIMIT 15000 #"

    def ask(address: str, query: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(
            "127.0.0.1", server.port, source_address=(address, 0), timeout=300
        )
        stack.callback(connection.close)
        connection.connect()
        connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.request("POST", "/sparql", query.encode(), {"Content-Type": QUERY})
        return connection.getresponse()

    with ExitStack() as stack:
        held = [ask("127.0.0.3", f"{large}{number}").status for number in range(4)]
        assert held[0] == 200
        assert held[-1] == 503
        assert {ask(address, "ASK {}").status for address in ("127.0.0.3", "127.0.0.4")} == {200}
        assert ask("127.0.0.4", f"{large}4").status == 200
