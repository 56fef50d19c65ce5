"""Each term of another vocabulary that the ontology files use has been published there."""

import json
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, URIRef

from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import BASE, PREFIXES
from tests.ontology.test_wikidata import find_recorded_items

PUBLISHED = Path(__file__).parent / "published-terms.json"
FILES = sorted(find_data_folder("ontology").glob("**/*.ttl"))

BANNED = {
    "https://schema.org/host": "does not exist",
    "https://schema.org/isoCode": "does not exist",
    "https://schema.org/result": "belongs to actions",
    "http://www.w3.org/ns/prov#startedAtTime": "takes a moment, not a day",
    "http://www.w3.org/ns/org#basedAt": "belongs to persons",
    "http://semanticweb.cs.vu.nl/2009/11/sem/accordingTo": "belongs to views",
}

EUROVOC = {
    f"http://eurovoc.europa.eu/{number}"
    for number in (
        *("1085", "1338", "1439", "1989", "216", "223", "2898", "3030", "310", "3196", "3637"),
        *("5237", "5899", "668", "c_04ae3ba8", "c_7e60137b", "c_eaccd9f4"),
    )
}
WIKIDATA = {PREFIXES["wd"] + item for item in find_recorded_items().values()}
LICENCE = {"https://creativecommons.org/licenses/by/4.0/"}
#: Pages about principles and tags that have no IRIs of their own.
PAGES = {
    "https://eto.tech/dataset-docs/agora-dataset/",
    *(f"https://oecd.ai/en/dashboards/ai-principles/P{number}" for number in (5, 6, 7, 8, 9, 14)),
}


@cache
def published() -> dict[str, set[str]]:
    """Return the published terms by namespace."""
    listed = json.loads(PUBLISHED.read_text(encoding="utf-8")).values()
    return {vocabulary["namespace"]: set(vocabulary["terms"]) for vocabulary in listed}


def complaint(iri: str) -> str | None:
    """Return what is wrong with an outside IRI, or None."""
    if iri in BANNED:
        return f"{iri} {BANNED[iri]}"
    if iri in EUROVOC | WIKIDATA | LICENCE | PAGES or iri in published():
        return None
    for namespace, terms in published().items():
        if iri.startswith(namespace):
            return None if iri.removeprefix(namespace) in terms else f"{iri} is not published"
    return f"{iri} is in no known vocabulary"


def outside(path: Path) -> frozenset[str]:
    """Return the IRIs of a file that are not of our own base, with the datatypes."""
    graph = Graph().parse(path)
    terms = {term for triple in graph for term in triple}
    datatypes = {getattr(term, "datatype", None) for term in terms}
    iris = {str(term) for term in terms | datatypes if isinstance(term, URIRef)}
    return frozenset(iri for iri in iris if not iri.startswith(BASE))


def test_each_outside_term_is_published() -> None:
    found = {path.name: [*filter(None, map(complaint, sorted(outside(path))))] for path in FILES}
    assert {name: complaints for name, complaints in found.items() if complaints} == {}


@pytest.mark.parametrize(
    "iri",
    [
        *BANNED,
        "http://schema.org/name",
        "https://schema.org/nome",
        "http://www.w3.org/2004/02/skos/core#preflabel",
        "http://eurovoc.europa.eu/1",
        "http://www.wikidata.org/entity/Q1",
        "https://w3id.org/dpv/risk#Fairness",
        "https://oecd.ai/en/dashboards/ai-principles/P4",
        "https://example.org/term",
    ],
)
def test_a_wrong_term_is_refused(iri: str) -> None:
    assert complaint(iri)


def test_the_list_says_where_it_comes_from() -> None:
    for prefix, vocabulary in json.loads(PUBLISHED.read_text(encoding="utf-8")).items():
        assert set(vocabulary) == {"namespace", "package", "file", "sha256", "terms"}, prefix
        assert len(vocabulary["sha256"]) == 64
        assert vocabulary["terms"] == sorted(set(vocabulary["terms"]))
