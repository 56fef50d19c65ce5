"""The view of one source: all facts that it states."""

from pyoxigraph import NamedNode

from graph_builder.analysis.networks.facts_network import build_facts_network, list_network_facts
from graph_builder.core.errors import UnknownNameError
from graph_builder.core.resources import DEFAULT_SOURCE_ID
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pictures.annotations import annotate_network
from graph_builder.pictures.caption_text import describe_snapshot, format_day
from graph_builder.pictures.neighbourhood import Scope
from graph_builder.pictures.view_definition import NETWORK_STAGE, Argument, Option, Picture, View
from graph_builder.query.parameters import ParameterKind
from graph_builder.store.engine import make_node
from graph_builder.store.graph import Graph

_ROUNDTABLE_IRI = expand("event:india-france-ai-policy-roundtable-2")


def build_source_picture(
    graph: Graph, source: str = DEFAULT_SOURCE_ID, *, inferred: bool = False
) -> Picture:
    """Return the picture of a source, given by its id, by default the article on the roundtable.

    Raises UnknownNameError for a source that the graph does not hold.
    """
    source_id = source.removeprefix("source:").removeprefix(PREFIXES["source"])
    asked = {}
    if source_id != DEFAULT_SOURCE_ID:
        _check_source(graph, source_id)
        asked = {"source": f"source:{source_id}"}
    network = build_facts_network(graph, inferred=inferred, **asked)
    title, subtitle = (
        _describe_article(graph)
        if source_id == DEFAULT_SOURCE_ID
        else _describe_source(graph, source_id)
    )
    return Picture(
        title=title,
        subtitle=". ".join((subtitle, *describe_snapshot(network, list_network_facts(network)))),
        network=annotate_network(network, graph),
        stage=NETWORK_STAGE,
    )


VIEW = View(
    name="source",
    summary="What does one source say?",
    arguments=(
        Argument("SOURCE", f"Id of a source, by default {DEFAULT_SOURCE_ID}.", required=False),
    ),
    options=(
        Option(
            "inferred",
            "Include facts that no source states (inferred or background).",
            default=False,
        ),
    ),
    build=build_source_picture,
    example=(DEFAULT_SOURCE_ID,),
    scope=Scope(
        ParameterKind.SOURCE,
        lambda iris, *_: {*iris, _ROUNDTABLE_IRI},
        (f"source:{DEFAULT_SOURCE_ID}",),
    ),
)


def _check_source(graph: Graph, source: str) -> None:
    source_class = expand("aigg:Source")
    node = make_node(PREFIXES["source"] + source)
    if not (node and graph.quads(node, NamedNode(expand("rdf:type")), NamedNode(source_class))):
        sources = graph.instances_of(source_class)
        ids = [iri.removeprefix(PREFIXES["source"]) for iri in sources]
        raise UnknownNameError("source", source, ids)


def _describe_article(graph: Graph) -> tuple[str, str]:
    if _ROUNDTABLE_IRI not in graph:
        return "A network of facts", "What is linked to what, and who says so"
    day = format_day(graph.value(_ROUNDTABLE_IRI, expand("schema:startDate")))
    questions = "who organised it, what it was about, what came out of it, and who says so"
    return graph.label(_ROUNDTABLE_IRI), f"{day}: {questions}" if day else questions.capitalize()


def _describe_source(graph: Graph, source: str) -> tuple[str, str]:
    iri = PREFIXES["source"] + source
    properties = (expand("aigg:publisherName"), expand("dcterms:issued"))
    publisher, day = (graph.value(iri, predicate) for predicate in properties)
    published = ", ".join(part for part in (publisher, format_day(day) or day) if part)
    return graph.label(iri), f"All facts from one source: {published}"
