"""Small networks and tables: made up, and all tables of given degrees."""

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import product
from random import Random

import networkx as nx

from graph_builder.analysis.networks.edge_assertions import EdgeAssertion
from graph_builder.analysis.networks.projection import Incidence, project_incidence
from graph_builder.analysis.significance.cooccurrence import transpose_matrix

Cells = tuple[tuple[int, ...], ...]


def network(rows: Mapping[str, Collection[str]]) -> "nx.Graph[str]":
    """Return a projected network as ``networks.make`` gives it."""
    ties = [
        EdgeAssertion(a, b, "endorsed", 1.0, f"{a}-{b}", "", "", "") for a in rows for b in rows[a]
    ]
    made: nx.Graph[str] = nx.Graph(name="made", mode=1, projected="texts")
    made.graph["incidence"] = Incidence(ties)
    made.add_nodes_from((name, {"label": name.upper(), "kind": "Country"}) for name in sorted(rows))
    made.add_weighted_edges_from(
        (*pair, weight) for pair, weight in project_incidence(made.graph["incidence"]).items()
    )
    return made


def table(cells: Cells) -> dict[str, frozenset[str]]:
    """Return a matrix of 0 and 1 as a table."""
    return {
        f"r{i:02}": frozenset(f"c{j:02}" for j, cell in enumerate(row) if cell)
        for i, row in enumerate(cells)
    }


def matrices(rows: int, columns: int) -> Iterator[Cells]:
    """Yield all matrices of 0 and 1 of a size."""
    yield from product(product((0, 1), repeat=columns), repeat=rows)


@cache
def alike(cells: Cells) -> list[Cells]:
    """Return all matrices of the degrees of a matrix."""
    return [m for m in matrices(len(cells), len(cells[0])) if degrees(m) == degrees(cells)]


def degrees(cells: Cells) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the sums of the rows and of the columns."""
    return tuple(map(sum, cells)), tuple(map(sum, zip(*cells, strict=True)))


def random_table(
    rows: int, columns: int, seed: int, low: float = 0.1, high: float = 0.9
) -> dict[str, frozenset[str]]:
    """Return a table of independent cells, some rows and columns fuller than others."""
    random = Random(seed)  # noqa: S311 -- a sample
    x, y = ([random.uniform(low, high) for _ in range(number)] for number in (rows, columns))
    cells = tuple(tuple(int(random.random() < (a + b) / 2) for b in y) for a in x)
    return {row: held for row, held in table(cells).items() if held}


def margins(rows: Mapping[str, frozenset[str]]) -> tuple[list[int], list[int]]:
    """Return the degrees of rows and of columns."""
    return [*map(len, rows.values())], [*map(len, transpose_matrix(rows).values())]
