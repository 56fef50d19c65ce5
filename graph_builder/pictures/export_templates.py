"""Templates by which a page writes CSV, GEXF and Turtle of what it shows.

The writers of the formats make them, with names in braces for what the script fills in. With them
go the texts of the page that a format does not write as they are, so the script knows no rule of
any format.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Literal as Only

from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.analysis.export.gexf import format_gexf
from graph_builder.analysis.export.network_records import (
    NetworkRecord,
    NetworkRecords,
    format_xml_attribute,
)
from graph_builder.core.vocabulary import expand
from graph_builder.ingest.datatypes import find_date_datatype
from graph_builder.pictures.payload import PayloadRow
from graph_builder.store.engine import make_node
from graph_builder.store.serialization import format_terms, write_turtle

#: The columns of CSV, and by what names the script knows their values.
_COLUMNS = {
    **{name: name for name in ("subject", "relation", "object", "modality")},
    "from": "since",
    "to": "until",
    "asOf": "asOf",
    **{name: name for name in ("basis", "verification", "source", "title", "publisher")},
    "address": "address",
    "section": "section",
    "passage": "anchor",
    **{name: name for name in ("start", "end", "note", "reason")},
}
#: What Turtle says of a fact, likewise: terms, and texts in their languages.
_TERMS = {
    "rdf:subject": "subject",
    "rdf:predicate": "predicate",
    "rdf:object": "object",
    "prov:wasDerivedFrom": "source",
    "aigg:modality": "modality",
    "aigg:basis": "basis",
    "aigg:verification": "verification",
    "aigg:validFrom": "since",
    "aigg:validTo": "until",
    "aigg:asOf": "asOf",
    "oa:start": "start",
    "oa:end": "end",
}
_TEXTS = {
    "aigg:section": Literal("{section}"),
    "aigg:anchor": Literal("{anchor}"),
    "aigg:reason": Literal("{reason}", language="en"),
    "skos:note": Literal("{note}", language="en"),
}
_FACT_TEXTS = ("subject", "relation", "object", "section", "anchor", "note", "reason")
_FACT_IDS = ("p", "sIri", "oIri")
_SCHEMES = ("modality", "basis", "verification", "source")
_DAYS = ("since", "until", "asOf")
#: Stands for a value that is a term; braces are none.
_PLACEHOLDER = "urn:value:"
_NO_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def build_export_templates(data: PayloadRow) -> PayloadRow:
    """Return the templates for the data of a page, with the texts that each format escapes."""
    ids, labels = _list_ids(data), {*_iter_labels(data)}
    texts = sorted({*labels, *_iter_fact_texts(data)})
    of_network = sorted({*labels, *(_expand_id(each, data["prefixes"]) for each in ids)})
    literals = (text[1:-1] for text in format_terms(map(Literal, texts)))
    return {
        "csv": {
            **_build_csv_templates(),
            "escapes": _select_changed(texts, map(_format_csv_cell, texts)),
        },
        "gexf": {
            **_build_gexf_templates(data["edges"]),
            "escapes": _select_changed(of_network, map(format_xml_attribute, of_network)),
        },
        "turtle": {
            **_build_turtle_templates(),
            "escapes": _select_changed(texts, literals),
            "terms": _format_turtle_terms(data, ids),
        },
    }


def _iter_labels(data: PayloadRow) -> Iterator[str]:
    """Yield the names of things, kinds, relations, modalities and sources."""
    for node in data["nodes"]:
        yield from (node["label"], node["kind"], *node.get("names", {}).values())
    for edge in data["edges"]:
        yield edge["relation"]
    for fact in data["facts"]:
        yield from (fact[part] for part in _SCHEMES if part in fact)


def _iter_fact_texts(data: PayloadRow) -> Iterator[str]:
    """Yield what facts and sources say."""
    for fact in data["facts"]:
        yield from (str(fact[part]) for part in _FACT_TEXTS if part in fact)
    for name, source in data["sources"].items():
        yield from (name, source["title"], source["publisher"], source["url"])


def _list_ids(data: PayloadRow) -> list[str]:
    """Return the prefixed names of what the exports of a page speak of."""
    facts = data["facts"]
    ids = {each["id"] for each in (*data["nodes"], *data["edges"])}
    ids |= {fact[part] for fact in facts for part in _FACT_IDS if part in fact}
    ids |= {f"{scheme}:{fact[scheme]}" for fact in facts for scheme in _SCHEMES if scheme in fact}
    ids |= {f"source:{name}" for name in data["sources"]}
    ids |= {f"assertion:{fact['id']}" for fact in facts if "id" in fact}
    return sorted(ids - {""})


def _select_changed(texts: Iterable[str], written: Iterable[str]) -> dict[str, str]:
    """Return texts as they are written where that is not as they are."""
    return {text: value for text, value in zip(texts, written, strict=True) if value != text}


def _format_csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()


def _format_csv_cell(text: str) -> str:
    return _format_csv_line((text, "")).removesuffix(",\r\n")


def _build_csv_templates() -> dict[str, str]:
    row = _format_csv_line(f"{{{value}}}" for value in _COLUMNS.values())
    return {"header": _format_csv_line(_COLUMNS), "row": row}


def _build_gexf_templates(edges: list[PayloadRow]) -> dict[str, str]:
    """Return GEXF of one node and one edge in its parts: the script repeats these two."""
    of_node = {"label": "{label}", "kind": "{kind}"}
    of_edge = {name: f"{{{name}}}" for name in ("label", "relation", "modality", "source")}
    text: Only["string"] = "string"
    written = format_gexf(
        NetworkRecords(
            directed=not (edges and all(edge.get("mutual") for edge in edges)),
            description="",
            nodes=[NetworkRecord("{id}", of_node)],
            edges=[NetworkRecord("{id}", of_edge, ends=("{from}", "{to}"), weight=float("nan"))],
            node_types=dict.fromkeys(of_node, text),
            edge_types=dict.fromkeys(of_edge, text),
        )
    ).replace('"NaN"', '"{weight}"')
    start, node, middle, edge, end = re.split(
        r"(?s)( *<(?:node|edge) .*?</(?:node|edge)>\n)", written
    )
    return {"start": start, "node": node, "middle": middle, "edge": edge, "end": end}


def _build_turtle_templates() -> PayloadRow:
    fact = [_build_quad("rdf:type", NamedNode(expand("aigg:Assertion")))]
    fact += [_build_quad(name, NamedNode(_PLACEHOLDER + value)) for name, value in _TERMS.items()]
    fact += [_build_quad(name, text) for name, text in _TEXTS.items()]
    source = [
        _build_quad("rdf:type", NamedNode(expand("aigg:Source"))),
        _build_quad("dcterms:title", Literal("{text}")),
    ]
    return {
        "prefix": "@prefix {name}: <{iri}> .\n",
        "label": _format_turtle_block(
            [_build_quad("skos:prefLabel", Literal("{text}", language="en"))]
        ),
        "title": _format_turtle_block(source),
        "fact": _format_turtle_block(fact).removesuffix(" .\n\n").split(" ;\n\t"),
        "text": format_terms([Literal("{text}")])[0],
        "unnamed": "<#fact-{number}>",
    }


def _build_quad(predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(NamedNode(_PLACEHOLDER + "id"), NamedNode(expand(predicate)), value)


def _format_turtle_block(quads: list[Quad]) -> str:
    """Return what Turtle says of one thing, without the prefixes, as a template."""
    block = write_turtle(quads).partition("\n\n")[2]
    return re.sub(rf"<{_PLACEHOLDER}(\w+)>", r"{\1}", block) + "\n"


def _format_turtle_terms(data: PayloadRow, ids: list[str]) -> dict[str, str]:
    """Return how Turtle writes ids, where not as they are, and days."""
    days = sorted({fact[part] for fact in data["facts"] for part in _DAYS if part in fact})
    iris = [_expand_id(each, data["prefixes"]) for each in ids]
    return {
        **_select_changed(ids, _format_iris(iris)),
        **dict(zip(days, format_terms(map(_build_date_literal, days)), strict=True)),
    }


def _expand_id(id_: str, prefixes: dict[str, str]) -> str:
    prefix, colon, local = id_.partition(":")
    return prefixes[prefix] + local if colon and prefix in prefixes else id_


def _format_iris(texts: Iterable[str]) -> list[str]:
    """Return IRIs as Turtle writes them; what is none stays a reference of the same letters."""
    safe = [_NO_IRI.sub(lambda found: f"%{ord(found[0]):02X}", text) for text in texts]
    nodes = {text: node for text in safe if (node := make_node(text))}
    written = dict(zip(nodes, format_terms(nodes.values()), strict=True))
    return [written.get(text, f"<{text}>") for text in safe]


def _build_date_literal(text: str) -> Literal:
    try:
        return Literal(text, datatype=NamedNode(find_date_datatype(text)))
    except ValueError:
        return Literal(text)
