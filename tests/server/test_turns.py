"""Places and turns: nobody waits longer because another asks more."""

import asyncio

import pytest

from graph_builder.server.turns import Turns


async def settle() -> None:
    for _ in range(3):
        await asyncio.sleep(0)


def test_clients_take_turns_however_much_one_asks() -> None:
    async def order() -> list[str]:
        turns, got = Turns(1, 1), []

        async def ask(client: str) -> None:
            async with turns.place(client):
                got.append(client)
                await asyncio.sleep(0)

        async with asyncio.TaskGroup() as group:
            for client in ["a"] * 5 + ["b", "c", "b"]:
                group.create_task(ask(client))
        return got

    assert asyncio.run(order()) == ["a", "a", "b", "c", "a", "b", "a", "a"]


@pytest.mark.parametrize(("newest", "order"), [(False, [1, 2, 3]), (True, [3, 2, 1])])
def test_within_a_client_the_oldest_comes_first_unless_the_client_is_stuck(
    newest: bool,  # noqa: FBT001
    order: list[int],
) -> None:
    async def served() -> list[int]:
        turns, got = Turns(1, 1, newest=lambda _: newest), []
        assert turns.take("a")

        async def ask(number: int) -> None:
            async with turns.place("a"):
                got.append(number)

        tasks = [asyncio.create_task(ask(number)) for number in (1, 2, 3)]
        await settle()
        turns.leave("a")
        await asyncio.gather(*tasks)
        return got

    assert asyncio.run(served()) == order


def test_a_client_holds_no_more_than_its_share() -> None:
    turns = Turns(3, 2)
    assert [turns.take("a"), turns.take("a"), turns.take("a")] == [True, True, False]
    assert turns.is_full("a")
    assert [turns.take("b"), turns.take("b")] == [True, False]
    turns.leave("a")
    assert turns.take("c")


def test_who_stops_waiting_leaves_nothing_behind() -> None:
    async def rest() -> bool:
        turns = Turns(1, 1)
        assert turns.take("a")
        waiting = [asyncio.create_task(turns.turn(client)) for client in "bbcc"]
        await settle()
        waiting[0].cancel()
        waiting[2].cancel()
        turns.leave("a")  # goes to the second of b
        await settle()
        assert waiting[1].done()
        waiting[3].cancel()  # at the moment in which the place becomes free
        turns.leave("b")
        await settle()
        return turns.take("d")

    assert asyncio.run(rest())


def test_a_place_that_is_given_to_one_who_just_left_goes_on() -> None:
    async def rest() -> bool:
        turns = Turns(1, 1)
        assert turns.take("a")
        waiting = asyncio.create_task(turns.turn("b"))
        await settle()
        turns.leave("a")
        waiting.cancel()
        await settle()
        return turns.take("c")

    assert asyncio.run(rest())
