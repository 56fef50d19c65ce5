"""Search index of a site: scripts with all names, the first of which every page loads."""

from collections.abc import Iterable, Iterator

from graph_builder.core.content_security import format_script_json, make_encodable
from graph_builder.core.text import MAX_LABEL, shorten
from graph_builder.core.vocabulary import PREFIXES, expand
from graph_builder.pages import entity_facts
from graph_builder.query.named_questions import to_text
from graph_builder.site.links import LinkPlan, number_path
from graph_builder.store.graph import Graph

#: A fixed name, so that a new alias of one entity does not change all pages.
SEARCH_INDEX_PATH = "static/names.js"
#: The most entities in a file.
MAX_NAMES_IN_FILE = 3_000
_EXCLUDED_PREFIXES = (PREFIXES["assertion"], PREFIXES["graph"])
_RANKED_LAST = PREFIXES["source"]
_CODE_PROPERTIES = ("aigg:alpha2", "aigg:alpha3")


def build_search_index(graph: Graph, plan: LinkPlan) -> Iterator[tuple[str, str]]:
    """Yield the scripts, with their paths; they have a row per entity: label, path, kind, names.

    Entities with the most facts come first, sources last; that order breaks ties in search. The
    first script names the others, which pages load when somebody searches.
    """
    rows = _list_rows(graph, plan)
    places = {
        path: " ".join(there) for iri, (_, path, *_) in rows if (there := list_places(graph, iri))
    }
    starts = range(0, max(1, len(rows)), MAX_NAMES_IN_FILE)
    paths = [number_path(SEARCH_INDEX_PATH, number) for number, _ in enumerate(starts, 1)]
    for path, start in zip(paths, starts, strict=True):
        part = [row for _, row in rows[start : start + MAX_NAMES_IN_FILE]]
        placed = {row[1]: places[row[1]] for row in part if row[1] in places}
        names, where = (format_script_json(make_encodable(each)) for each in (part, placed))
        text = f"window.NAMES = {names};\nwindow.PLACES = {where};\n"
        if start:
            text = f"window.NAMES.push(...{names});\nObject.assign(window.PLACES, {where});\n"
        elif len(paths) > 1:
            text += f"window.NAME_FILES = {format_script_json(_list_file_names(paths[1:]))};\n"
        yield path, f'"use strict";\n{text}'


def is_split(stems: Iterable[str]) -> bool:
    """Return whether entities, given by IRI, have more names than one file of the index may."""
    return sum(map(_is_named, stems)) > MAX_NAMES_IN_FILE


def _is_named(iri: str) -> bool:
    return not iri.startswith(_EXCLUDED_PREFIXES)


def _list_file_names(paths: Iterable[str]) -> list[str]:
    return [path.rpartition("/")[2] for path in paths]


def _list_rows(graph: Graph, plan: LinkPlan) -> list[tuple[str, list[str]]]:
    """Return the IRI and the row of each entity, in the order of the index."""
    also = graph.label_index.list_aliases()
    counted = entity_facts.count_assertions(graph)
    codes = [graph.values_by_subject(expand(name)) for name in _CODE_PROPERTIES]
    found = filter(_is_named, plan.stems)
    iris = sorted(found, key=lambda iri: (iri.startswith(_RANKED_LAST), -counted[iri], iri))
    classes = graph.classes_of(iris)
    rows = []
    for iri in iris:
        others = [*graph.labels(iri).values(), *also.get(iri, ())]
        others += [code[iri] for code in codes if iri in code]
        label = graph.label(iri)
        kind = graph.label(classes[iri]) if iri in classes else ""
        more = sorted({shorten(to_text(each), MAX_LABEL) for each in others} - {label})
        rows.append((iri, [label, plan.path(iri), kind, *more]))
    return rows


def list_places(graph: Graph, iri: str) -> list[str]:
    """Return the concepts of where and when an entity is, sorted."""
    return sorted(each for each in graph.word_index.list_context(iri) if " " not in each)
