"""Search index of a site: a script with all names, loaded by every page."""

from graph_builder.core.content_security import format_script_json, make_encodable
from graph_builder.core.text import MAX_LABEL, shorten
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pages import entity_facts
from graph_builder.query.named_questions import to_text
from graph_builder.site.links import LinkPlan
from graph_builder.store.graph import Graph

_EXCLUDED_PREFIXES = (PREFIXES["assertion"], PREFIXES["graph"])
_RANKED_LAST = PREFIXES["source"]
_CODE_PROPERTIES = ("aigg:alpha2", "aigg:alpha3")


def build_search_index(graph: Graph, plan: LinkPlan) -> str:
    """Return the script with a row per entity: label, path, kind, further names.

    Entities with the most facts come first, sources last; that order breaks ties in search.
    """
    also = graph.label_index.list_aliases()
    counted = entity_facts.count_assertions(graph)
    codes = [graph.values_by_subject(expand(name)) for name in _CODE_PROPERTIES]
    found = (iri for iri in plan.stems if not iri.startswith(_EXCLUDED_PREFIXES))
    iris = sorted(found, key=lambda iri: (iri.startswith(_RANKED_LAST), -counted[iri], iri))
    classes = graph.classes_of(iris)
    rows = []
    for iri in iris:
        others = [*graph.labels(iri).values(), *also.get(iri, ())]
        others += [code[iri] for code in codes if iri in code]
        label = graph.label(iri)
        kind = graph.label(classes[iri]) if iri in classes else ""
        more = sorted({shorten(to_text(each), MAX_LABEL) for each in others} - {label})
        rows.append([label, plan.path(iri), kind, *more])
    places = {plan.path(iri): " ".join(there) for iri in iris if (there := list_places(graph, iri))}
    names, where = (format_script_json(make_encodable(each)) for each in (rows, places))
    return f'"use strict";\nwindow.NAMES = {names};\nwindow.PLACES = {where};\n'


def list_places(graph: Graph, iri: str) -> list[str]:
    """Return the concepts of where and when an entity is, sorted."""
    return sorted(each for each in graph.word_index.list_context(iri) if " " not in each)
