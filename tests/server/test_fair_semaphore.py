"""Places and slots: nobody waits longer because another asks more."""

import asyncio

import pytest

from graph_builder.server.fair_semaphore import FairSemaphore
from graph_builder.server.query_cost import is_single_pattern_query
from tests.conftest import run_alone
from tests.server.hostile_queries import QUERIES


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def test_clients_take_turns_however_much_one_asks() -> None:
    async def order() -> list[str]:
        slots, got = FairSemaphore(1, 1), []

        async def ask(client: str) -> None:
            async with slots.slot(client):
                got.append(client)
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            for client in ["a"] * 5 + ["b", "c", "b"]:
                group.create_task(ask(client))
        return got

    assert run_alone(order) == ["a", "a", "b", "c", "a", "b", "a", "a"]


def test_within_a_client_the_lowest_rank_comes_first_and_then_the_oldest() -> None:
    async def served() -> list[str]:
        slots, got = FairSemaphore(1, 1), []
        assert slots.try_acquire("a")

        async def ask(name: str, rank: int) -> None:
            async with slots.slot("a", rank):
                got.append(name)

        asked = {"late": 1, "later": 1, "first": 0, "second": 0}
        tasks = [asyncio.create_task(ask(*each)) for each in asked.items()]
        await settle()
        slots.release("a")
        await asyncio.gather(*tasks)
        return got

    assert run_alone(served) == ["first", "second", "late", "later"]


def test_a_client_holds_no_more_than_its_share() -> None:
    slots = FairSemaphore(3, 2)
    assert [slots.try_acquire("a"), slots.try_acquire("a"), slots.try_acquire("a")] == [
        True,
        True,
        False,
    ]
    assert [slots.try_acquire("b"), slots.try_acquire("b")] == [True, False]
    slots.release("a")
    assert slots.try_acquire("c")


def test_who_stops_waiting_leaves_nothing_behind() -> None:
    async def rest() -> bool:
        slots = FairSemaphore(1, 1)
        assert slots.try_acquire("a")
        waiting = [asyncio.create_task(slots.acquire(client)) for client in "bbcc"]
        await settle()
        waiting[0].cancel()
        waiting[2].cancel()
        slots.release("a")  # goes to the second of b
        await settle()
        assert waiting[1].done()
        waiting[3].cancel()  # at the moment in which the place becomes free
        slots.release("b")
        await settle()
        return slots.try_acquire("d")

    assert run_alone(rest)


def test_a_place_that_is_given_to_one_who_just_left_goes_on() -> None:
    async def rest() -> bool:
        slots = FairSemaphore(1, 1)
        assert slots.try_acquire("a")
        waiting = asyncio.create_task(slots.acquire("b"))
        await settle()
        slots.release("a")
        waiting.cancel()
        await settle()
        return slots.try_acquire("c")

    assert run_alone(rest)


@pytest.mark.parametrize(
    ("text", "light"),
    [
        ("ASK {}", True),
        ("ASK { ?s ?p ?o }", True),
        ("SELECT * WHERE { ?s ?p ?o . } LIMIT 10", True),
        ("PREFIX x: <http://x/y*+> SELECT ?o WHERE { GRAPH <http://x/> { x:s x:p ?o } }", True),
        ("SELECT ?s { ?s ?p 'a. b; (c)' } # (", True),
        ("DESCRIBE <http://x/>", True),
        ("ASK { ?a ?b ?c . ?d ?e ?f }", False),
        ("ASK { ?a ?b ?c ; ?e ?f }", False),
        ("ASK { ?a <x:p>* ?c }", False),
        ("SELECT (COUNT(*) AS ?n) { ?a ?b ?c }", False),
        ("SELECT * { ?a ?b ?c } ORDER BY ?c", False),
        ("ASK { { ?a ?b ?c } { ?d ?e ?f } }", False),
        ("ASK { } #" + "x" * 3000, False),
    ],
)
def test_light_queries_are_told_by_their_text(text: str, light: bool) -> None:  # noqa: FBT001
    assert is_single_pattern_query(text) == light


@pytest.mark.parametrize("name", QUERIES)
def test_no_hostile_query_is_taken_for_a_light_one(name: str) -> None:
    assert not is_single_pattern_query(QUERIES[name])
