"""Pages that list: the start page, all entities of a kind, search results, page not found."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.core.text import shorten
from graph_builder.core.vocabulary import BASE, PREFIXES, expand
from graph_builder.pages import entity_facts
from graph_builder.pages.entity_page import compose_title
from graph_builder.pages.html_rendering import PageContext, render_page
from graph_builder.pages.iri_paths import KIND_PLURALS, PageLinks, find_similar_iris
from graph_builder.pages.paging import list_pagings, split_into_parts
from graph_builder.pages.question_page import load_all_questions
from graph_builder.query.entity_description import list_property_values
from graph_builder.query.entity_search import find
from graph_builder.store.graph import Graph

#: The most entries on a page.
MAX_INDEX_ENTRIES = 1_000
_MAX_SEARCH_RESULTS, _MAX_SHOWN_PATH = 40, 120
#: Kinds whose entities are listed with their definition.
_KINDS_WITH_DEFINITIONS = {
    "modality",
    "basis",
    "verification",
    "sector",
    "audience",
    "form",
    "partnership",
    "rank",
    "status",
}
_DATE_PROPERTIES = ("schema:startDate", "dcterms:issued")


@dataclass(frozen=True)
class IndexEntry:
    """An entity in a list: number of facts, date (``note``) and definition, "" if it has none."""

    iri: str
    label: str
    facts: int
    note: str
    definition: str = ""


@dataclass(frozen=True)
class IndexGroup:
    """The entries of a class on a page, below a heading.

    ``place`` is that of the group among all, ``page`` the first page that has entries of it, and
    ``number`` counts the entries of all pages.
    """

    class_: str
    heading: str
    place: int
    page: int
    entries: list[IndexEntry]
    number: int


def render_start_page(
    graph: Graph, to: PageLinks, name: str = "start_page.html", **values: Any
) -> str:
    """Return the start page; a site passes another template and more values."""
    kinds = list_entities_by_kind(graph)
    ordered = sorted(load_all_questions().values(), key=lambda each: (each.number or 0, each.name))
    return render_page(
        name,
        PageContext(graph, to),
        **values,
        counts={kind: len(kinds[kind]) for kind in KIND_PLURALS},
        numbered=[each for each in ordered if each.number],
        title="AI Governance Graph",
        unnumbered=[each for each in ordered if not each.number],
    )


def render_index_page(graph: Graph, kind: str, to: PageLinks) -> str:
    """Return the page that lists the first entities of a kind, grouped by class."""
    every = list_entities_by_kind(graph)[kind]
    counted = entity_facts.count_assertions(graph)
    return next(render_index_pages(graph, kind, every, counted, to))


def render_index_pages(
    graph: Graph, kind: str, every: list[str], counted: Counter[str], to: PageLinks
) -> Iterator[str]:
    """Yield the pages that list all entities of a kind, grouped by class; at least one.

    ``counted`` are the numbers of assertions about each. Only the first page is yielded if ``to``
    has no further pages; it lists those whose IRIs come first.
    """
    listed = every if to.has_pages else every[:MAX_INDEX_ENTRIES]
    groups = _group_entries(graph, kind, listed, counted)
    pairs = [(class_, entry) for class_, entries in groups.items() for entry in entries]
    parts = split_into_parts(pairs, MAX_INDEX_ENTRIES)
    begins: dict[str, int] = {}
    for number, part in enumerate(parts, 1):
        begins = {class_: number for class_, _ in part} | begins
    for paging in list_pagings(lambda number: to.page(BASE + kind, number), len(parts)):
        there = groupby(parts[paging.number - 1], lambda pair: pair[0])
        yield render_page(
            "entity_index.html",
            PageContext(graph, to),
            contents=[
                IndexGroup(class_, _get_plural(graph, class_), place, begins[class_], [], len(some))
                for place, (class_, some) in enumerate(groups.items(), 1)
            ],
            counted=any(counted[iri] for iri in every),
            defined=kind in _KINDS_WITH_DEFINITIONS,
            definition=graph.value(BASE + kind, expand("skos:definition")),
            groups=[
                IndexGroup(
                    class_,
                    _get_plural(graph, class_),
                    [*groups].index(class_) + 1,
                    paging.number,
                    [entry for _, entry in some],
                    len(groups[class_]),
                )
                for class_, some in there
            ],
            iri=BASE + kind,
            kind=kind,
            number=len(every),
            listed=len(listed),
            paging=paging,
            title=KIND_PLURALS[kind],
        )


def _group_entries(
    graph: Graph, kind: str, iris: list[str], counted: Counter[str]
) -> dict[str, list[IndexEntry]]:
    """Return the entries of entities by class, classes and entries in the order of the page."""
    groups: dict[str, list[IndexEntry]] = defaultdict(list)
    classes = graph.classes_of(iris)
    for iri in iris:
        groups[_get_heading(graph, kind, iri, classes)].append(_build_entry(graph, iri, counted))
    ordered = sorted(
        groups, key=lambda each: (not each, _get_kind_rank(graph, each), _get_plural(graph, each))
    )
    return {
        class_: sorted(groups[class_], key=lambda each: _get_sort_key(graph, each))
        for class_ in ordered
    }


def render_search_page(graph: Graph, asked: str, to: PageLinks) -> str:
    """Return the page of search results for a text."""
    counted = entity_facts.count_assertions(graph)
    matches = [each.iri for each in find(graph, asked, limit=_MAX_SEARCH_RESULTS)]
    return render_page(
        "search_results.html",
        PageContext(graph, to),
        asked=asked,
        entries=[_build_entry(graph, iri, counted) for iri in matches if iri.startswith(BASE)],
        title=f"Search results for “{asked}”" if matches else "Find",
    )


def render_not_found_page(graph: Graph, path: str, to: PageLinks) -> str:
    """Return the page for an unknown path, which proposes similar names."""
    counted = entity_facts.count_assertions(graph)
    return render_page(
        "not_found.html",
        PageContext(graph, to),
        entries=[_build_entry(graph, iri, counted) for iri in find_similar_iris(graph, path)],
        path=shorten(path, _MAX_SHOWN_PATH),
        title="Page not found",
    )


def list_entities_by_kind(graph: Graph) -> dict[str, list[str]]:
    """Return the IRIs of all entities by kind, sorted; every kind is a key."""
    quads = graph.quads(None, NamedNode(expand("rdf:type")))
    quads += graph.quads(None, NamedNode(expand("prov:wasDerivedFrom")))
    iris = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    found: dict[str, list[str]] = {kind: [] for kind in KIND_PLURALS}
    for iri in sorted(iris):
        kind, slash, _ = iri.removeprefix(BASE).partition("/")
        if iri.startswith(BASE) and slash and kind in found:
            found[kind].append(iri)
    return found


def _get_heading(graph: Graph, kind: str, iri: str, classes: dict[str, str]) -> str:
    """Return the IRI of the group of an entity in a list: a verification level or a class."""
    if kind == "source":
        return graph.value(iri, expand("aigg:verification"))
    return classes.get(iri, "") if kind not in ("graph", "assertion") else ""


def _build_entry(graph: Graph, iri: str, counted: Counter[str]) -> IndexEntry:
    stated = entity_facts.find_fact_of_assertion(graph, iri)
    days = (graph.value(iri, expand(name)) for name in _DATE_PROPERTIES)
    label = compose_title(graph, iri, stated)
    definition = " ".join(list_property_values(graph, iri, "skos:definition"))
    return IndexEntry(iri, label, counted[iri], next(filter(None, days), ""), definition)


def _get_sort_key(graph: Graph, entry: IndexEntry) -> tuple[int, str, str]:
    """Return the sort key of an entry: rank if it has one, then label."""
    return _get_kind_rank(graph, entry.iri), entry.label.casefold(), entry.iri


def _get_kind_rank(graph: Graph, iri: str) -> int:
    rank = graph.value(iri, expand("aigg:rank")) if iri else ""
    return int(rank) if rank.isdecimal() else 0


def _get_plural(graph: Graph, class_: str) -> str:
    """Return the plural label of a class, or "Others" for no class."""
    if not class_:
        return "Others"
    label = graph.label(class_)
    many = label if class_.startswith(PREFIXES["verification"]) else f"{label}s"
    found = graph.value(class_, expand("aigg:plural")) or many
    return found[:1].upper() + found[1:]


#: The most entries in a list of the newest.
MAX_NEWEST = 6


def list_newest_sources(graph: Graph) -> list[IndexEntry]:
    """Return the sources published last, each with its date and number of facts."""
    quads = graph.quads(None, NamedNode(expand("prov:wasDerivedFrom")))
    stating = {(q.subject, q.object) for q in quads if "/assertion/" in str(q.subject)}
    counted = Counter(getattr(source, "value", "") for _, source in stating)
    return _select_newest(graph, "aigg:Source", "dcterms:issued", counted)


def list_newest_events(graph: Graph, counted: Counter[str]) -> list[IndexEntry]:
    """Return the latest and coming events, each with its date and number of facts."""
    return _select_newest(graph, "aigg:Event", "schema:startDate", counted)


def _select_newest(graph: Graph, class_: str, date: str, counted: Counter[str]) -> list[IndexEntry]:
    """Return the entities of a class with the latest dates; the first date counts."""
    iris = sorted(graph.instances_of(expand(class_)), key=lambda iri: (graph.label(iri), iri))
    dated = [(graph.value(iri, expand(date)), iri) for iri in iris]
    ordered = sorted((each for each in dated if each[0]), key=lambda each: each[0], reverse=True)
    return [
        IndexEntry(iri, graph.label(iri), counted[iri], day) for day, iri in ordered[:MAX_NEWEST]
    ]
