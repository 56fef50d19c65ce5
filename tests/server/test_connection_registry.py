"""Which connections are admitted, and which give way."""

from graph_builder.server.connection_registry import ConnectionRegistry, OpenConnection
from graph_builder.server.limits import Limits


def connect(
    registry: ConnectionRegistry, client: str, closed: list[str], *, is_proxy: bool = False
) -> tuple[OpenConnection, bool]:
    connection = OpenConnection(client, lambda: closed.append(client), is_proxy)
    return connection, registry.admit(connection)


def test_the_oldest_idle_connection_of_who_has_most_gives_way() -> None:
    closed: list[str] = []
    registry = ConnectionRegistry(Limits(connections=5, connections_per_client=3))
    opened = [connect(registry, client, closed)[0] for client in "aaabb"]
    for each in opened[1:]:
        registry.mark_waiting(each)
    assert connect(registry, "c", closed)[1]
    assert closed == ["a"]
    registry.mark_busy(opened[2])
    assert connect(registry, "d", closed)[1]
    assert closed == ["a", "b"]
    registry.mark_busy(opened[4])
    assert not connect(registry, "e", closed)[1]
    assert registry.ended == {"displaced": 2, "refused": 1}


def test_one_client_has_only_so_many_unless_it_is_a_proxy() -> None:
    closed: list[str] = []
    registry = ConnectionRegistry(Limits(connections=9, connections_per_client=2))
    assert [connect(registry, "a", closed)[1] for _ in range(3)] == [True, True, False]
    assert all(connect(registry, "p", closed, is_proxy=True)[1] for _ in range(4))


def test_a_connection_is_removed_once() -> None:
    registry = ConnectionRegistry(Limits())
    connection, _ = connect(registry, "a", [])
    registry.mark_waiting(connection)
    for _ in range(2):
        registry.remove(connection)
        registry.mark_waiting(connection)
    assert registry == ConnectionRegistry(registry.limits, registry.is_proxy)
