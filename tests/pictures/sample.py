"""A made-up roundtable of two made-up countries, shaped like the real one: 54 things."""

import csv
import sys
from pathlib import Path
from typing import Any

import networkx as nx

DATA = Path(__file__).parent / "data"
TITLE = "The tide roundtable"
SUBTITLE = "A made-up meeting, for tests"
SOURCE = {
    "title": "2nd Norland-Sudmark Tide Policy Roundtable (article)",
    "publisher": "Kaldhavn Courier",
    "url": "https://courier.example/tide",
    "date": "2031-02",
    "licence": "made up for this test",
    "note": "",
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def roundtable() -> "nx.MultiDiGraph[str]":
    """Build the graph in the form that ``render`` takes."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(sources={"article": SOURCE})
    for row in rows("things.csv"):
        words = {part: row[part] for part in ("label", "kind", "kind_label")}
        graph.add_node(iri(row["id"]), **words, facts=[])
    for row in rows("facts.csv"):
        add(graph, row)
    return graph


def iri(name: str) -> str:
    return f"https://example.org/{name}"


def add(graph: "nx.MultiDiGraph[str]", row: dict[str, str]) -> None:
    subject, object_ = iri(row["subject"]), iri(row["object"])
    told = fact(graph, row, subject, object_ if row["is"] else None)
    if not row["is"]:
        graph.nodes[subject]["facts"].append(told)
        return
    key = iri(f"ns#{row['relation']}")
    if not graph.has_edge(subject, object_, key):
        graph.add_edge(subject, object_, key=key, relation=row["relation"], facts=[])
    graph.edges[subject, object_, key]["facts"].append(told)


def fact(
    graph: "nx.MultiDiGraph[str]", row: dict[str, str], subject: str, object_: str | None
) -> dict[str, Any]:
    return {
        **{part: row[part] for part in ("relation", "modality", "basis", "section", "anchor")},
        "subject": graph.nodes[subject]["label"],
        "object": graph.nodes[object_]["label"] if object_ else row["object"],
        "note": row["note"],
        "reason": "the government acts for the country" if row["basis"] == "inferred" else "",
        "verification": "press",
        "source": "article",
        "start": int(row["start"]) if row["start"] else None,
        "end": int(row["end"]) if row["end"] else None,
    }


def list_network_facts(graph: "nx.MultiDiGraph[str]") -> list[dict[str, Any]]:
    """List every fact of a graph, of nodes and of edges."""
    own = [fact for _, held in graph.nodes(data=True) for fact in held.get("facts", [])]
    return own + [fact for *_, held in graph.edges(data=True) for fact in held["facts"]]


if __name__ == "__main__":
    from graph_builder.pictures.picture_page import render_network_page

    page = render_network_page(roundtable(), title=TITLE, subtitle=SUBTITLE)
    Path(sys.argv[1]).write_text(page, encoding="utf-8", newline="\n")
