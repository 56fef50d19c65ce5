"""The view of an answer: any graph that a query makes, or rows that have the shape of edges."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from graph_builder.analysis.networks.facts_network import list_network_facts
from graph_builder.core.errors import PictureError, ReadError
from graph_builder.core.text import format_count
from graph_builder.pictures.answer_network import build_answer_network, query_fact_rows
from graph_builder.pictures.caption_text import describe_snapshot, join_names
from graph_builder.pictures.subgraphs import extract_subgraph
from graph_builder.pictures.truncation import MAX_PICTURE_NODES, select_connected_nodes
from graph_builder.pictures.view_definition import NETWORK_STAGE, Argument, Option, Picture, View
from graph_builder.query.named_questions import load_question
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_SUMMARY = re.compile(r"^#\+ summary: (.+)$", re.MULTILINE)
#: Relations that a heading names.
_MAX_TITLE_RELATIONS = 3
_SPARQL_CHARACTERS = re.compile(r"[{<?]|\s")


def build_query_picture(graph: Graph, query: str, *, title: str = "") -> Picture:
    """Return the picture of the answer to SPARQL, to that of a file, or to a named question.

    The answer is a graph, or has the columns subject, relation and object. Raises QueryError for a
    wrong query, PictureError for an answer that makes no picture.
    """
    text, name = _read_query(query)
    rows = query_fact_rows(graph, text, name)
    network = build_answer_network(rows, graph)
    if not network:
        raise PictureError("nothing to draw: the answer is empty")
    shown, left = select_connected_nodes(network, set(), set(network), MAX_PICTURE_NODES)
    drawn = extract_subgraph(network, shown) if left else network
    summary = _SUMMARY.search(text)
    return Picture(
        title=title or (summary[1] if summary else _format_title(network)),
        subtitle=". ".join(
            (_format_subtitle(network), *describe_snapshot(drawn, list_network_facts(drawn)))
        ),
        network=drawn,
        stage=NETWORK_STAGE,
        content={"asked": text.strip()},
        whole=network,
        notes=(left,) if left else (),
    )


VIEW = View(
    name="query",
    summary="What does a query answer, as a picture?",
    terms=(
        Argument(
            "QUERY",
            "A file with SPARQL, the name of a question, or SPARQL itself: a CONSTRUCT, or a "
            "SELECT of subject, relation and object; with modality, source, passage and so on "
            "where the query has them, else these are looked up.",
        ),
    ),
    options=(Option("title", "Heading of the page.", ""),),
    make=build_query_picture,
    example=("CONSTRUCT WHERE { ?event aigg:hasTheme ?theme }",),
)


def _format_title(network: "nx.MultiDiGraph[str]") -> str:
    """Return what the lines of an answer say, if it is little enough for a heading."""
    relations = sorted({str(line["relation"]) for line in network.edges.values()})
    if not 0 < len(relations) <= _MAX_TITLE_RELATIONS:
        return "The answer as a picture"
    told = join_names(relations)
    return told[:1].upper() + told[1:]


def _format_subtitle(network: "nx.MultiDiGraph[str]") -> str:
    things = format_count(len(network), "thing")
    relations = format_count(network.number_of_edges(), "relation")
    sources = format_count(len(network.graph["sources"]), "source")
    return f"What a query answers: {relations} between {things}, from {sources}"


def _read_query(asked: str) -> tuple[str, str]:
    """Return the SPARQL that is asked for, and what it is called in messages."""
    if _SPARQL_CHARACTERS.search(asked):
        return asked, "query"
    if not asked.endswith(".rq") and not Path(asked).is_file():
        return load_question(asked).text, asked
    try:
        return Path(asked).read_text(encoding="utf-8-sig"), asked
    except UnicodeDecodeError as error:
        raise ReadError(f"{asked}: not UTF-8: byte {error.start}") from error
    except OSError as error:
        raise ReadError(f"{asked}: {error.strerror or error}") from error
