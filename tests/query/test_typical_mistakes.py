"""Mistakes that the README of the ontology names: the wrong query finds less, the right one all."""

import re
from typing import Any

import pytest

from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import compact
from graph_builder.pages.ontology_page import OntologyEntry, list_sections
from graph_builder.query.query_notes import find_term_notes
from graph_builder.store.graph import Graph

README = (find_data_folder("ontology") / "README.md").read_text(encoding="utf-8")


def _get_section(heading: str) -> str:
    return README.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


MISTAKES = re.findall(
    r"^\| `(.+?)` \| `(.+?)` \| .+ \|$", _get_section("Typical mistakes"), re.MULTILINE
)
#: Of a mistake that is noticed by a note, words of the note.
NOTES = {
    "?event aigg:startDate ?day": "schema:startDate?",
    "?event <http://schema.org/startDate> ?day": "schema:startDate?",
    "?body a aigg:Actor": "write a/rdfs:subClassOf* aigg:Actor",
}
#: A mistake that finds too much: records in place of facts.
COUNTED = "?record rdf:predicate aigg:endorsed ; rdf:object instrument:paris-statement"


def _count(graph: Graph, pattern: str) -> int:
    rows: Any = graph.query(f"SELECT * {{ {pattern} }}")
    return sum(1 for _ in rows)


def test_there_are_eight_or_more() -> None:
    assert len(MISTAKES) >= 8
    assert {*NOTES, COUNTED} <= {wrong for wrong, _ in MISTAKES}


@pytest.mark.parametrize(("wrong", "right"), MISTAKES)
def test_the_wrong_form_finds_nothing_or_too_much_and_the_right_one_answers(
    wrong: str, right: str, graph: Graph
) -> None:
    found = _count(graph, wrong)
    if wrong == COUNTED:
        assert found > _count(graph, right) > 0
    else:
        assert found == 0
        assert _count(graph, right) > 0
    notes = " ".join(find_term_notes(graph, f"SELECT * {{ {wrong} }}"))
    assert NOTES.get(wrong, "") in notes
    notes_on_right = find_term_notes(graph, f"SELECT * {{ {right} }}")
    assert [note for note in notes_on_right if " takes in what is not there yet" not in note] == []


def test_the_query_of_a_term_finds_what_uses_it(graph: Graph) -> None:
    entries: list[OntologyEntry] = [e for _, _, each in list_sections(graph) for e in each]
    assert len({entry.iri for entry in entries}) == len(entries) > 200
    for entry in entries:
        rows: Any = graph.query(entry.query)
        found = any(True for _ in rows)
        iri = f"<{entry.iri}>"
        is_used = bool(graph.query(f"ASK {{ {{ ?x a {iri} }} UNION {{ ?x {iri} ?y }} }}"))
        assert found or not is_used, entry.query


@pytest.mark.parametrize("kind", ["assertion", "source"])
def test_the_readme_lists_what_a_record_carries(kind: str, graph: Graph) -> None:
    section = _get_section("What records carry")
    table = re.split(rf"\| of an? {kind} \|", section)[1]
    listed = set(re.findall(r"`([a-z]+:\w+)`", table.partition("\n\n")[0]))
    text = f"SELECT DISTINCT ?property {{ ?record a aigg:{kind.capitalize()} ; ?property ?value }}"
    rows: Any = graph.query(text)
    assert listed == {compact(row[0].value) for row in rows} - {"rdf:type"}


def test_the_query_for_records_in_the_readme_has_rows(graph: Graph) -> None:
    (text,) = re.findall(r"```sparql\n(.*?)```", _get_section("What records carry"), re.DOTALL)
    rows: Any = graph.query(text)
    assert any(True for _ in rows)
