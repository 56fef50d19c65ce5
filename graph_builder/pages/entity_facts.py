"""The facts on a page: facts grouped by relation, each with all its evidence."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from pyoxigraph import Literal, NamedNode

from graph_builder.core.option_values import VERIFICATION_LEVELS
from graph_builder.core.text import format_period
from graph_builder.core.validity_period import TruthValue
from graph_builder.core.vocabulary import PREFIXES, compact, expand
from graph_builder.pages.paging import split_into_parts
from graph_builder.query.named_questions import OptionalTerm, ask_for_rows, to_text
from graph_builder.query.set_aside import get_reason_to_set_aside
from graph_builder.store.graph import HOLDS_COLUMN, Graph
from graph_builder.store.snapshot import SnapshotGraph

#: The most facts on a page, and the most assertions.
MAX_FACTS_ON_PAGE, MAX_ASSERTIONS_ON_PAGE = 400, 1_000
_TRIPLE_ENDS = ("rdf:subject", "rdf:object")


@dataclass(frozen=True)
class AssertionEvidence:
    """One assertion: which source says it, where and how strongly; terms as IRIs.

    ``set_aside`` is the reason of a judgement that sets the fact aside, "" if none does; ``rank``
    the rank that a judgement gives, "" for what is none; ``holds`` says whether the fact held on
    the day of a snapshot, "" without a day.
    """

    iri: str
    modality: str
    basis: str
    verification: str
    source: str
    section: str
    passage: str
    span: str
    period: str
    reason: str
    note: str
    set_aside: str
    rank: str
    holds: str


@dataclass(frozen=True)
class EvidencedFact:
    """A triple with its evidence; ``support`` says how many independent sources affirm it."""

    subject: OptionalTerm
    relation: str
    object: OptionalTerm
    evidence: tuple[AssertionEvidence, ...]
    support: str = ""


@dataclass(frozen=True)
class FactGroup:
    """Statements of one relation in one direction: ``out`` if the page's entity is the subject.

    ``number`` counts the facts of the group on all pages, and ``page`` is the first that has some.
    """

    relation: str
    out: bool
    facts: tuple[EvidencedFact, ...]
    number: int
    page: int


@dataclass(frozen=True)
class EntityFacts:
    """The facts of a page: its groups, and the number of facts that it shows.

    ``number`` counts the facts of all pages, and ``contents`` are the groups of all, each as it
    begins.
    """

    groups: tuple[FactGroup, ...]
    number: int
    shown: int
    contents: tuple[FactGroup, ...]


def get_facts_of_entity(graph: Graph, iri: str) -> list[EntityFacts]:
    """Return the facts about an entity, those with it as subject first, in pages, at least one."""
    found = _find_assertions(graph, iri, _TRIPLE_ENDS)
    support = _describe_support(graph, iri) if len(found) > 1 else {}
    return _group_facts(graph, _build_facts(graph, found, support), iri)


def get_facts_of_source(graph: Graph, source: str) -> list[EntityFacts]:
    """Return the facts that a source states, in pages, at least one."""
    facts = _build_facts(graph, _find_assertions(graph, source, ("prov:wasDerivedFrom",)), {})
    return _group_facts(graph, facts, "")


def find_fact_of_assertion(graph: Graph, iri: str) -> EvidencedFact | None:
    """Return the fact of an assertion with it as evidence; None for others and incomplete ones."""
    if not iri.startswith(PREFIXES["assertion"]):
        return None
    return next(iter(_build_facts(graph, [iri], {})), None)


def count_assertions(graph: Graph) -> Counter[str]:
    """Return the number of assertions about each entity."""
    pairs = {
        (getattr(quad.subject, "value", ""), getattr(quad.object, "value", ""))
        for name in _TRIPLE_ENDS
        for quad in graph.quads(None, NamedNode(expand(name)))
        if isinstance(quad.object, NamedNode)
    }
    return Counter(thing for _, thing in pairs)


def list_assertions(graph: Graph, iri: str) -> list[str]:
    """Return the IRIs of the assertions about an entity or by a source, sorted."""
    return _find_assertions(graph, iri, (*_TRIPLE_ENDS, "prov:wasDerivedFrom"))


def _find_assertions(graph: Graph, iri: str, predicates: Iterable[str]) -> list[str]:
    node = NamedNode(iri)
    quads = [
        quad for name in predicates for quad in graph.quads(None, NamedNode(expand(name)), node)
    ]
    found = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    return sorted(each for each in found if each.startswith(PREFIXES["assertion"]))


def _build_facts(
    graph: Graph, found: Iterable[str], support: Mapping[tuple[OptionalTerm, ...], str]
) -> list[EvidencedFact]:
    """Return facts, in no particular order, each with its evidence, best verified first."""
    gathered: dict[tuple[OptionalTerm, ...], list[AssertionEvidence]] = {}
    for iri in found:
        record: dict[str, OptionalTerm] = {
            compact(quad.predicate.value): quad.object for quad in graph.quads(NamedNode(iri))
        }
        key = tuple(record.get(name) for name in ("rdf:subject", "rdf:predicate", "rdf:object"))
        if all(key):
            gathered.setdefault(key, []).append(_build_evidence(iri, record, graph))
    return [
        EvidencedFact(
            key[0],
            to_text(key[1]),
            key[2],
            tuple(sorted(each, key=_get_evidence_rank)),
            support.get(key, ""),
        )
        for key, each in gathered.items()
    ]


def _build_evidence(
    iri: str, record: Mapping[str, OptionalTerm], graph: Graph
) -> AssertionEvidence:
    said = {name: to_text(term) for name, term in record.items()}
    start, end = said.get("oa:start", ""), said.get("oa:end", "")
    when = {"from_": "aigg:validFrom", "to": "aigg:validTo", "as_of": "aigg:asOf"}
    return AssertionEvidence(
        iri=iri,
        modality=said.get("aigg:modality", ""),
        basis=said.get("aigg:basis", ""),
        verification=said.get("aigg:verification", ""),
        source=said.get("prov:wasDerivedFrom", ""),
        section=said.get("aigg:section", ""),
        passage=said.get("aigg:anchor", ""),
        span=f"characters {start} to {end}" if start and end else "",
        period=format_period({name: said.get(key, "") for name, key in when.items()}),
        reason=said.get("aigg:reason", ""),
        note=said.get("skos:note", ""),
        set_aside=get_reason_to_set_aside(graph, iri),
        rank=said.get("aigg:givesRank", ""),
        holds=graph.get_truth_value(iri) if isinstance(graph, SnapshotGraph) else "",
    )


def _get_evidence_rank(evidence: AssertionEvidence) -> tuple[bool, int, str, str]:
    local = evidence.verification.rpartition("/")[2]
    rank = (
        VERIFICATION_LEVELS.index(local)
        if local in VERIFICATION_LEVELS
        else len(VERIFICATION_LEVELS)
    )
    return evidence.basis.endswith("/inferred"), rank, evidence.source, evidence.iri


def _group_facts(graph: Graph, facts: list[EvidencedFact], iri: str) -> list[EntityFacts]:
    """Return facts in order and in groups, as many on a page as it may have."""

    def group(each: EvidencedFact) -> tuple[bool, str, str]:
        return to_text(each.subject) != iri, graph.label(each.relation), each.relation

    def order(each: EvidencedFact) -> tuple[object, ...]:
        ends = (each.subject, each.object)
        return *group(each), *(_get_name_key(graph, end) for end in ends), str(each.object)

    ordered = sorted(facts, key=order)
    statuses = [each for each in ordered if compact(each.relation) == "aigg:hasStatus"]
    latest = iter(sorted(statuses, key=_get_latest_period, reverse=True))
    own = {id(each) for each in statuses if to_text(each.subject) == iri}
    if len(own) == len(statuses):
        ordered = [next(latest) if id(each) in own else each for each in ordered]
    counts = Counter(map(group, ordered))
    parts = split_into_parts(
        (part for each in ordered for part in _split_evidence(each)),
        MAX_FACTS_ON_PAGE,
        lambda each: len(each.evidence),
        MAX_ASSERTIONS_ON_PAGE,
    )
    begun: dict[tuple[bool, str, str], FactGroup] = {}
    pages = []
    for page, part in enumerate(parts, 1):
        grouped = {key: tuple(each) for key, each in groupby(part, group)}
        groups = {
            key: FactGroup(key[2], not key[0], some, counts[key], page)
            for key, some in grouped.items()
        }
        begun = groups | begun
        pages.append((tuple(groups.values()), len(part)))
    contents = tuple(begun[key] for key in counts)
    return [EntityFacts(groups, len(facts), shown, contents) for groups, shown in pages]


def _split_evidence(fact: EvidencedFact) -> Iterator[EvidencedFact]:
    """Yield a fact, or several times with a part of its evidence if one page cannot show all."""
    for start in range(0, max(1, len(fact.evidence)), MAX_ASSERTIONS_ON_PAGE):
        part = fact.evidence[start : start + MAX_ASSERTIONS_ON_PAGE]
        yield fact if len(part) == len(fact.evidence) else replace(fact, evidence=part)


def _get_latest_period(fact: EvidencedFact) -> str:
    """Return the latest date of the evidence of a fact, "" if there is none."""
    return max((each.period.rpartition(" ")[2] for each in fact.evidence), default="")


def _get_name_key(graph: Graph, term: OptionalTerm) -> str:
    if isinstance(term, NamedNode):
        return graph.label(term.value).casefold()
    return f"{to_text(term)}@{term.language}" if isinstance(term, Literal) else to_text(term)


def _describe_support(graph: Graph, iri: str) -> dict[tuple[OptionalTerm, ...], str]:
    """Return how many independent sources affirm a triple, as text, if there are several.

    In a snapshot only triples that surely held are counted.
    """
    found: dict[tuple[OptionalTerm, ...], str] = {}
    for row in _iter_corroborated(graph, iri):
        independent, sources = to_text(row["independent"]), to_text(row["sources"])
        by_ = f"{independent} independent sources"
        if independent == "1":
            by_ = f"{sources} sources of one origin"
        found[row["subject"], row["relation"], row["object"]] = f"affirmed by {by_}"
    return found


def _iter_corroborated(graph: Graph, iri: str) -> Iterator[dict[str, OptionalTerm]]:
    for row in ask_for_rows(graph, "corroboration", thing=iri):
        if int(to_text(row["sources"])) > 1 and to_text(row.get(HOLDS_COLUMN)) in (
            "",
            TruthValue.YES,
        ):
            yield row
