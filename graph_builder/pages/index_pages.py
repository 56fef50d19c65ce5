"""Pages that list: the start, all things of a kind, and what a text may mean."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from graph_builder.core.text import shorten
from graph_builder.core.vocabulary import BASE, PREFIXES, expand
from graph_builder.pages import statements
from graph_builder.pages.entity_page import title
from graph_builder.pages.html_rendering import Shown, render
from graph_builder.pages.iri_paths import PLURALS, Addresses, near
from graph_builder.pages.question_page import known
from graph_builder.query.entity_description import list_property_values
from graph_builder.query.entity_search import find
from graph_builder.store.graph import Graph

#: Entries that one page lists.
MOST = 1_000
_FOUND, _LONG = 40, 120
#: The kinds whose things are listed with what they mean.
_DEFINED = {"modality", "basis", "verification", "sector", "audience", "form", "partnership"}
_DATES = ("schema:startDate", "dcterms:issued")


@dataclass(frozen=True)
class Entry:
    """A thing in a list, with how many facts there are of it, a day, and what it means, or ""."""

    iri: str
    label: str
    facts: int
    note: str
    definition: str = ""


def start(graph: Graph, to: Addresses, name: str = "start.html", **values: Any) -> str:
    """Return the page at the root: what there is, and where; a site has more to say there."""
    kinds = members(graph)
    ordered = sorted(known().values(), key=lambda each: (each.number or 0, each.name))
    return render(
        name,
        Shown(graph, to),
        **values,
        counts={kind: len(kinds[kind]) for kind in PLURALS},
        numbered=[each for each in ordered if each.number],
        title="AI Governance Graph",
        unnumbered=[each for each in ordered if not each.number],
    )


def index(graph: Graph, kind: str, to: Addresses) -> str:
    """Return the page that lists all things of a kind, under their classes."""
    every = members(graph)[kind]
    found = statements.counts(graph)
    groups: dict[str, list[Entry]] = defaultdict(list)
    classes = graph.classes_of(every[:MOST])
    for iri in every[:MOST]:
        groups[_heading(graph, kind, iri, classes)].append(_entry(graph, iri, found))
    return render(
        "index.html",
        Shown(graph, to),
        counted=any(found[iri] for iri in every),
        defined=kind in _DEFINED,
        definition=graph.value(BASE + kind, expand("skos:definition")),
        groups=[
            (
                class_,
                _plural(graph, class_),
                sorted(groups[class_], key=lambda each: _order(graph, each)),
            )
            for class_ in sorted(
                groups, key=lambda each: (not each, _rank(graph, each), _plural(graph, each))
            )
        ],
        iri=BASE + kind,
        kind=kind,
        number=len(every),
        listed=len(every[:MOST]),
        title=PLURALS[kind],
    )


def found(graph: Graph, asked: str, to: Addresses) -> str:
    """Return the page of what a text may mean."""
    counted = statements.counts(graph)
    matches = [each.iri for each in find(graph, asked, limit=_FOUND)]
    return render(
        "found.html",
        Shown(graph, to),
        asked=asked,
        entries=[_entry(graph, iri, counted) for iri in matches if iri.startswith(BASE)],
        title=f"What “{asked}” may mean" if matches else "Find",
    )


def missing(graph: Graph, path: str, to: Addresses) -> str:
    """Return the page for a path that leads nowhere, with the names that are near."""
    counted = statements.counts(graph)
    return render(
        "missing.html",
        Shown(graph, to),
        entries=[_entry(graph, iri, counted) for iri in near(graph, path)],
        path=shorten(path, _LONG),
        title="Nothing here",
    )


def members(graph: Graph) -> dict[str, list[str]]:
    """Return the IRIs of all things by kind, sorted; every kind is there."""
    quads = graph.quads(None, NamedNode(expand("rdf:type")))
    quads += graph.quads(None, NamedNode(expand("prov:wasDerivedFrom")))
    iris = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    found: dict[str, list[str]] = {kind: [] for kind in PLURALS}
    for iri in sorted(iris):
        kind, slash, _ = iri.removeprefix(BASE).partition("/")
        if iri.startswith(BASE) and slash and kind in found:
            found[kind].append(iri)
    return found


def _heading(graph: Graph, kind: str, iri: str, classes: dict[str, str]) -> str:
    """Return the IRI under which a thing stands in a list: of a verification or of a class."""
    if kind == "source":
        return graph.value(iri, expand("aigg:verification"))
    return classes.get(iri, "") if kind not in ("graph", "assertion") else ""


def _entry(graph: Graph, iri: str, counted: Counter[str]) -> Entry:
    stated = statements.statement(graph, iri) if iri.startswith(PREFIXES["assertion"]) else None
    days = (graph.value(iri, expand(name)) for name in _DATES)
    label = title(graph, iri, stated)
    definition = " ".join(list_property_values(graph, iri, "skos:definition"))
    return Entry(iri, label, counted[iri], next(filter(None, days), ""), definition)


def _order(graph: Graph, entry: Entry) -> tuple[int, str, str]:
    """Return the order of things in a list: concepts by rank where they have one, then by name."""
    return _rank(graph, entry.iri), entry.label.casefold(), entry.iri


def _rank(graph: Graph, iri: str) -> int:
    rank = graph.value(iri, expand("aigg:rank")) if iri else ""
    return int(rank) if rank.isdecimal() else 0


def _plural(graph: Graph, class_: str) -> str:
    """Return what the things of a class are called together, and those of none."""
    if not class_:
        return "Others"
    label = graph.label(class_)
    many = label if class_.startswith(PREFIXES["verification"]) else f"{label}s"
    found = graph.value(class_, expand("aigg:plural")) or many
    return found[:1].upper() + found[1:]


#: Entries of a list of what is new.
LATEST = 6


def sources(graph: Graph) -> list[Entry]:
    """Return the sources that were published last, each with its day and number of facts."""
    quads = graph.quads(None, NamedNode(expand("prov:wasDerivedFrom")))
    stating = {(q.subject, q.object) for q in quads if "/assertion/" in str(q.subject)}
    counted = Counter(getattr(source, "value", "") for _, source in stating)
    return _newest(graph, "aigg:Source", "dcterms:issued", counted)


def events(graph: Graph, counted: Counter[str]) -> list[Entry]:
    """Return the events that began last or are still to come, with the number of facts of each."""
    return _newest(graph, "aigg:Event", "schema:startDate", counted)


def _newest(graph: Graph, class_: str, date: str, counted: Counter[str]) -> list[Entry]:
    """Return the things of a class with the latest days; of several days of one, the first."""
    iris = sorted(graph.instances_of(expand(class_)), key=lambda iri: (graph.label(iri), iri))
    dated = [(graph.value(iri, expand(date)), iri) for iri in iris]
    ordered = sorted((each for each in dated if each[0]), key=lambda each: each[0], reverse=True)
    return [Entry(iri, graph.label(iri), counted[iri], day) for day, iri in ordered[:LATEST]]
