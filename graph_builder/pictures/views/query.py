"""The view of an answer: a graph, or rows with subject, relation and object, as a network."""

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
from graph_builder.query.named_questions import check_question_head, load_question
from graph_builder.store.graph import Graph

if TYPE_CHECKING:
    import networkx as nx

_SUMMARY = re.compile(r"^#\+ summary: (.+)$", re.MULTILINE)
#: Relations up to which a title names them.
_MAX_TITLE_RELATIONS = 3
_SPARQL_CHARACTERS = re.compile(r"[{<?]|\s")


def build_query_picture(graph: Graph, query: str, *, title: str = "") -> Picture:
    """Return the picture of the answer to a query: SPARQL, a file with it, or a named question.

    The answer is a graph, or has the columns subject, relation and object. Raises QueryError for a
    wrong query, PictureError for an answer that makes no picture.
    """
    text, name = _read_query(query)
    rows = query_fact_rows(graph, text, name)
    network = build_answer_network(rows, graph)
    if not network:
        raise PictureError("nothing to draw: the answer is empty")
    shown, note = select_connected_nodes(network, set(), set(network), MAX_PICTURE_NODES)
    drawn = extract_subgraph(network, shown) if note else network
    summary = _SUMMARY.search(text)
    return Picture(
        title=title or (summary[1] if summary else _format_title(network)),
        subtitle=". ".join(
            (_format_subtitle(network), *describe_snapshot(drawn, list_network_facts(drawn)))
        ),
        network=drawn,
        stage=NETWORK_STAGE,
        content={"asked": text.strip()},
        full_network=network,
        notes=(note,) if note else (),
    )


VIEW = View(
    name="query",
    summary="What does the answer to a query look like?",
    arguments=(
        Argument(
            "QUERY",
            "A file with SPARQL, the name of a question, or SPARQL itself: a CONSTRUCT, or a "
            "SELECT of subject, relation and object. If the query does not select modality, "
            "source and passage, the picture takes them from the graph.",
        ),
    ),
    options=(Option("title", "Heading of the page.", ""),),
    build=build_query_picture,
    example=("CONSTRUCT WHERE { ?event aigg:hasTheme ?theme }",),
)


def _format_title(network: "nx.MultiDiGraph[str]") -> str:
    """Return the relations of an answer, if they are few enough for a title."""
    relations = sorted({str(edge["relation"]) for edge in network.edges.values()})
    if not 0 < len(relations) <= _MAX_TITLE_RELATIONS:
        return "Answer of a query"
    names = join_names(relations)
    return names[:1].upper() + names[1:]


def _format_subtitle(network: "nx.MultiDiGraph[str]") -> str:
    things = format_count(len(network), "thing")
    links = format_count(network.number_of_edges(), "link")
    sources = format_count(len(network.graph["sources"]), "source")
    return f"The query found {links} between {things}, from {sources}"


def _read_query(query: str) -> tuple[str, str]:
    """Return the text of a query, and its name for messages."""
    if _SPARQL_CHARACTERS.search(query):
        return query, "query"
    if not query.endswith(".rq") and not Path(query).is_file():
        return load_question(query).text, query
    try:
        text = Path(query).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadError(f"{query}: not UTF-8: byte {error.start}") from error
    except OSError as error:
        raise ReadError(f"{query}: {error.strerror or error}") from error
    check_question_head(text, query)
    return text, query
