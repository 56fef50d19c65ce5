"""The namespaces of the graph: IRIs, prefixes and prefixed names, all as plain strings."""

import re

from graph_builder.core.errors import UnknownNameError

BASE = "https://w3id.org/aigg/"
NS = BASE + "ns#"

#: The kinds of resources with IRIs in the base namespace; each is a prefix.
ID_KINDS = (
    "actor",
    "event",
    "instrument",
    "theme",
    "place",
    "outcome",
    "position",
    "undertaking",
    "post",
    "report",
    "sector",
    "audience",
    "form",
    "partnership",
    "status",
    "topic",
    "bearer",
    "modality",
    "basis",
    "verification",
    "rank",
    "source",
    "graph",
    "assertion",
)

#: The kinds of resources that analyses create: networks, measures, and data sets of values.
RESULT_KINDS = ("measure", "measurement", "network")

EXTERNAL_PREFIXES = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "qb": "http://purl.org/linked-data/cube#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

PREFIXES = {
    "aigg": NS,
    **{kind: f"{BASE}{kind}/" for kind in ID_KINDS + RESULT_KINDS},
    **EXTERNAL_PREFIXES,
}

ONTOLOGY_GRAPH = PREFIXES["graph"] + "ontology"
SCHEMES_GRAPH = PREFIXES["graph"] + "schemes"
THEME_MAPPING_GRAPH = PREFIXES["graph"] + "theme-mapping"
ALIGNMENTS_GRAPH = PREFIXES["graph"] + "alignments"
REGISTRY_GRAPH = PREFIXES["graph"] + "registry"
INFERRED_GRAPH = PREFIXES["graph"] + "inferred"
SET_ASIDE_GRAPH = PREFIXES["graph"] + "set-aside"
#: The graph for the merge on a server whose default graph cannot hold it.
MERGED_GRAPH = PREFIXES["graph"] + "merged"

_COUNTRY_ID = re.compile("actor:[A-Z]{3}")
_PREFIXES_BY_NAMESPACE = {namespace: prefix for prefix, namespace in PREFIXES.items()}
_NAMESPACE = re.compile(f"(?:{'|'.join(map(re.escape, _PREFIXES_BY_NAMESPACE))})(?=(?s:.))")


def expand(name: str) -> str:
    """Return the IRI of a prefixed name; raises UnknownNameError for an unknown prefix."""
    prefix, _, local = name.partition(":")
    if prefix not in PREFIXES:
        raise UnknownNameError("prefix", prefix, PREFIXES)
    return PREFIXES[prefix] + local


def compact(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI itself if no prefix matches."""
    found = _NAMESPACE.match(iri)
    return f"{_PREFIXES_BY_NAMESPACE[found[0]]}:{iri[found.end() :]}" if found else iri


def is_country_id(id_: str) -> bool:
    """Return whether a prefixed id is a country's: three letters, as in ISO 3166-1."""
    return bool(_COUNTRY_ID.fullmatch(id_))


def is_country_iri(iri: str) -> bool:
    """Return whether an IRI is that of a country."""
    return iri.startswith(PREFIXES["actor"]) and is_country_id(compact(iri))
