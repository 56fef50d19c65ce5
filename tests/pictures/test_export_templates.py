"""What a page needs to write CSV, GEXF and Turtle: made by the writers of these formats."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from pyoxigraph import Literal, RdfFormat, parse

from graph_builder.analysis.export.network_records import clean_xml_text
from graph_builder.core.vocabulary import PREFIXES
from graph_builder.pictures.export_templates import build_export_templates
from graph_builder.pictures.network_drawing import Drawing
from graph_builder.pictures.payload import build_payload
from tests.pictures.views import HOSTILE, NAMES, example, hostile

Templates = dict[str, Any]
PREFIXED = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


@pytest.fixture(scope="module", params=["shipped", "hostile"])
def made(request: pytest.FixtureRequest) -> tuple[dict[str, Any], Templates]:
    """Return the data of a page with all sorts of facts, and its templates."""
    picture = (example if request.param == "shipped" else hostile)("overview")
    data = build_payload(picture, Drawing()).rows
    return data, build_export_templates(data)


def _texts(data: dict[str, Any]) -> Iterator[str]:
    for node in data["nodes"]:
        yield from (node["label"], *node.get("names", {}).values())
    for fact in data["facts"]:
        yield from (str(fact[name]) for name in ("anchor", "note", "reason") if name in fact)


def test_each_text_is_read_back_from_each_format(
    made: tuple[dict[str, Any], Templates],
) -> None:
    data, templates = made
    csv_texts, turtle_texts = (templates[name]["escapes"] for name in ("csv", "turtle"))
    for text in _texts(data):
        row = f"{csv_texts.get(text, text)},end\r\n"
        assert next(csv.reader(io.StringIO(row, newline=""))) == [text, "end"]
        turtle = f'<urn:a> <urn:b> "{turtle_texts.get(text, text)}" .'
        (quad,) = parse(turtle.encode(), format=RdfFormat.TURTLE)
        assert quad.object == Literal(text)


def test_each_name_is_text_of_xml(made: tuple[dict[str, Any], Templates]) -> None:
    data, templates = made
    escapes = templates["gexf"]["escapes"]
    for node in data["nodes"]:
        label = node["label"]
        read = fromstring(f'<a b="{escapes.get(label, label)}"/>').attrib["b"]  # noqa: S314
        assert read == clean_xml_text(label)


def test_texts_that_a_format_writes_as_they_are_need_no_escape(
    made: tuple[dict[str, Any], Templates],
) -> None:
    for templates in made[1].values():
        assert all(text != written for text, written in templates["escapes"].items())
    assert "India" not in made[1]["csv"]["escapes"]


def test_ids_and_days_are_terms_of_turtle(made: tuple[dict[str, Any], Templates]) -> None:
    data, templates = made
    terms = templates["turtle"]["terms"]
    days = {fact["since"] for fact in data["facts"] if "since" in fact}
    assert days
    assert days <= terms.keys()
    for node in data["nodes"]:
        turtle = f"{PREFIXED}<urn:a> <urn:b> {terms.get(node['id'], node['id'])} ."
        (quad,) = parse(turtle.encode(), format=RdfFormat.TURTLE)
        assert quad.object.value.startswith("http")


def test_what_is_no_iri_stays_within_its_brackets() -> None:
    node = {"id": 'a> b"', "label": "x", "kind": "y"}
    data = {"nodes": [node], "edges": [], "facts": [], "sources": {}, "prefixes": {}}
    assert build_export_templates(data)["turtle"]["terms"] == {'a> b"': "<a%3E%20b%22>"}


@pytest.mark.parametrize("name", NAMES)
def test_templates_take_little_of_a_page(name: str) -> None:
    templates = build_export_templates(build_payload(example(name), Drawing()).rows)
    assert len(json.dumps(templates)) < 40_000
    assert not any(text in json.dumps(templates["gexf"]["start"]) for text in HOSTILE)
