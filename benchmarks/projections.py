"""Print how long a network of countries takes beside its rows alone and beside SPARQL aggregates.

    python benchmarks/projections.py --quads 1000000 --runs 3

The graph is made up, always the same. The network has for each edge its weight and its evidence;
so has the one aggregate, while the other counts alone.
"""

import argparse
import tempfile
from pathlib import Path
from typing import Any

from ratios import COLUMNS, row, table
from synthetic import write
from timing import Comparison, measure

from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.analysis.networks.network_definition import find_network_definition
from graph_builder.store.graph import Graph
from graph_builder.store.loading import open_graph

QUADS, RUNS = 1_000_000, 3
NAME = "co-participation"
_TOOK_PART = "aigg:attended|aigg:coChaired|aigg:hosted|aigg:spokeAt"
COUNTED = f"""
SELECT ?one ?other (COUNT(DISTINCT ?event) AS ?events)
WHERE {{
  ?one {_TOOK_PART} ?event ; a aigg:Country .
  ?other {_TOOK_PART} ?event ; a aigg:Country .
  FILTER (STR(?one) < STR(?other))
}}
GROUP BY ?one ?other
"""
WITH_EVIDENCE = """
SELECT ?one ?other (COUNT(DISTINCT ?event) AS ?events)
       (GROUP_CONCAT(DISTINCT CONCAT(STR(?first), " ", STR(?second))) AS ?evidence)
WHERE {
  VALUES ?relation { aigg:attended aigg:coChaired aigg:hosted aigg:spokeAt }
  VALUES ?otherRelation { aigg:attended aigg:coChaired aigg:hosted aigg:spokeAt }
  ?first a aigg:Affirmation ; rdf:predicate ?relation ; rdf:subject ?one ; rdf:object ?event .
  ?second a aigg:Affirmation ;
          rdf:predicate ?otherRelation ;
          rdf:subject ?other ;
          rdf:object ?event .
  ?one a aigg:Country .
  ?other a aigg:Country .
  FILTER (STR(?one) < STR(?other))
}
GROUP BY ?one ?other
"""


def rows(graph: Graph, text: str) -> list[tuple[Any, ...]]:
    """Return the rows of an answer, unpacked."""
    answer: Any = graph.query(text)
    return [(*row,) for row in answer]


def comparisons(graph: Graph) -> list[Comparison]:
    """Return the network beside each of the others; all give the same pairs and weights."""

    def made() -> object:
        return to_networkx(graph, NAME)

    texts = {
        "its rows": (find_network_definition(NAME).question.text, 2.0),
        "aggregate with evidence": (WITH_EVIDENCE, 0.25),
        "aggregate that counts alone": (COUNTED, 0.25),
    }
    return [
        Comparison(
            f"network with evidence | {name}",
            [(made, lambda text=text: rows(graph, text))],  # type: ignore[misc]
            target,
        )
        for name, (text, target) in texts.items()
    ]


def agree(graph: Graph) -> None:
    """Stop where the network and the aggregate differ."""
    found = {
        (one, other): held["weight"]
        for one, other, held in to_networkx(graph, NAME).edges(data=True)
    }
    counted = {(a.value, b.value): float(n.value) for a, b, n in rows(graph, COUNTED)}
    if found != counted:
        raise SystemExit("the network and the aggregate differ")


def main() -> None:
    """Run the comparisons and print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--quads", type=int, default=QUADS)
    parser.add_argument("--runs", type=int, default=RUNS, help="runs of each side that count")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "graph.nq"
        write(asked.quads, path)
        graph = open_graph(path)
        agree(graph)
        found = [row(each, measure(each, asked.runs)) for each in comparisons(graph)]
    print(table([list(COLUMNS), *found]))


if __name__ == "__main__":
    main()
