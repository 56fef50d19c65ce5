"""What changed between two versions: in words, as JSON, and nothing lost or made up."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from graph_builder.compare.diff import CHANGE_TOPICS, GraphDiff, diff
from graph_builder.compare.diff_report import format_diff
from graph_builder.core import vocabulary as v
from graph_builder.core.option_values import MERGED_FORMATS, RDF_FORMATS
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.cli.test_commands import SHOWN, STEERING
from tests.conftest import DATA, FACTS, Run

ARTICLE = FACTS / "india-france-roundtable-2025"
CHANGES = DATA / "changes"
OLD, NEW = CHANGES / "old", CHANGES / "new"
TOLD = (CHANGES / "told.txt").read_text(encoding="utf-8")
NAMES = ("one", "two")
Mend = Callable[[str], str]


def _node(name: str) -> NamedNode:
    return NamedNode(v.expand(name))


def _quad(subject: str, predicate: str, value: str | Literal, graph: str = "") -> Quad:
    end = value if isinstance(value, Literal) else _node(value)
    terms = (_node(subject), _node(predicate), end)
    return Quad(*terms, _node(graph)) if graph else Quad(*terms)


def _assertion(number: int, **more: str | Literal) -> list[Quad]:
    """Return the quads of an affirmation that the source s says that x endorsed the statement i."""
    said: dict[str, str | Literal] = {
        "rdf:subject": "actor:x",
        "rdf:predicate": "aigg:endorsed",
        "rdf:object": "instrument:i",
        "prov:wasDerivedFrom": "source:s",
        "aigg:modality": "modality:agreed",
        "aigg:basis": "basis:stated",
        "aigg:verification": "verification:press",
        "aigg:section": Literal("lead"),
        **{name.replace("_", ":"): value for name, value in more.items()},
    }
    subject = f"assertion:{number}"
    types = [_quad(subject, "rdf:type", f"aigg:{c}") for c in ("Assertion", "Affirmation")]
    return types + [_quad(subject, name, value) for name, value in said.items()]


def _told(old: list[Quad], new: list[Quad]) -> str:
    return format_diff(diff(old, new), "text", NAMES)


@pytest.fixture(scope="module")
def found() -> GraphDiff:
    """Return the difference of the two versions of the example."""
    return diff(build(OLD, only=True), build(NEW, only=True))


def test_what_changed_is_told_in_words(run: Run) -> None:
    result = run("diff", OLD, NEW)
    assert (result.exit_code, result.stdout) == (1, TOLD)


@pytest.mark.slow
def test_the_same_is_no_difference(run: Run) -> None:
    result = run("diff", OLD, OLD)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "no changes\n", "")
    assert run("diff", OLD, OLD, "-F", "md").stdout.endswith("\n\nNo changes.\n")
    assert json.loads(run("diff", OLD, OLD, "-F", "json").stdout)["changes"] == []


def test_markdown_says_the_same_in_lists(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "changes.md"
    assert run("diff", OLD, NEW, "-o", target).exit_code == 1
    title, _, rest = target.read_text(encoding="utf-8").partition("\n\n")
    assert title.startswith("# What changed from ")
    told = re.sub(r"^- ", "", rest.replace("\\", "").replace("## ", ""), flags=re.MULTILINE)
    assert told == TOLD


def test_the_format_is_guessed_from_the_name_of_the_file(run: Run, tmp_path: Path) -> None:
    run("diff", OLD, NEW, "-o", tmp_path / "changes.txt")
    assert (tmp_path / "changes.txt").read_text(encoding="utf-8") == TOLD
    result = run("diff", OLD, NEW, "-o", tmp_path / "changes.csv")
    assert (result.exit_code, result.stderr) == (
        2,
        "unknown format 'csv'; use text, json or md\n",
    )


def test_json_tells_all_with_iris_and_labels(run: Run) -> None:
    tree = json.loads(run("diff", OLD, NEW, "-F", "json").stdout)
    assert (tree["old"], tree["new"]) == (str(OLD), str(NEW))
    topics = [change["topic"] for change in tree["changes"]]
    assert topics == sorted(topics, key=CHANGE_TOPICS.index)
    value = next(change for change in tree["changes"] if change["topic"] == "value")
    assert value["relation"] == v.expand("schema:startDate")
    assert (value["before"], value["after"]) == (["2025-02-10"], ["2025-02-11"])
    assert value["source"] == v.expand("source:example-press")
    denied = next(change for change in tree["changes"] if change["subject"].endswith("-c"))
    assert denied["said"]["modality"] == [v.expand("modality:denied")]
    assert tree["labels"][v.expand("actor:example-c")] == "Network C"


def test_a_change_is_undone_by_its_reverse(found: GraphDiff) -> None:
    back = diff(found.new, found.old)
    turned = {"added": "removed", "removed": "added", "changed": "changed"}
    there = sorted((c.topic, turned[c.kind], c.subject, c.relation) for c in found.changes)
    assert there == sorted((c.topic, c.kind, c.subject, c.relation) for c in back.changes)


def test_the_order_of_the_statements_does_not_matter(found: GraphDiff) -> None:
    turned = (Graph.wrap(sorted(g.quads(), key=str, reverse=True)) for g in (found.old, found.new))
    assert diff(*turned).changes == found.changes


@pytest.mark.slow
@pytest.mark.parametrize("extension", RDF_FORMATS)
def test_a_file_is_no_different_from_the_folder_it_was_built_from(
    extension: str, run: Run, tmp_path: Path
) -> None:
    target = tmp_path / f"graph.{extension}"
    run("build", "--facts", ARTICLE, "--only", "-o", target)
    result = run("diff", target, ARTICLE)
    marks = re.findall(r" \[presupposed, (\w+)\]", result.stdout.partition("\n\n")[0])
    if extension in MERGED_FORMATS:
        assert set(marks) == {"inferred", "background"}
    else:
        assert (result.exit_code, result.stdout) == (0, "no changes\n")


def test_a_long_list_is_cut_in_words_and_whole_in_json() -> None:
    base = [_quad(f"actor:n{n}", "rdf:type", "aigg:Network") for n in range(65)]
    more = [q for n in range(65) for q in _assertion(n, rdf_subject=f"actor:n{n}")]
    found = diff(base, base + more)
    (line,) = format_diff(found, "text", NAMES).splitlines()[1:]
    assert line.startswith("+ 65 endorsers of instrument:i (source:s): actor:n0, actor:n1, ")
    assert line.endswith(" and 45 more")
    assert line.count(", ") == 19
    assert len(json.loads(format_diff(found, "json", NAMES))["changes"]) == 65


@pytest.mark.parametrize("extension", ["text", "md"])
def test_nothing_in_a_name_steers_or_is_markup(extension: str) -> None:
    name = Literal(f"{STEERING} <b>*x*</b> " + "long " * 100)
    new = [*_assertion(1), _quad("actor:x", "skos:prefLabel", name)]
    told = format_diff(diff([], new), extension, (STEERING, "new"))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\u200f]", told)
    assert SHOWN in told.replace("\\\\", "\\").replace("\\[", "[")
    assert max(map(len, told.splitlines())) < 500
    assert extension == "text" or "<b>*x*" not in told


def test_strengths_that_two_passages_swap_are_not_lost() -> None:
    places = [{"aigg_section": Literal(name)} for name in ("lead", "end")]
    strengths = [{"aigg_verification": f"verification:{name}"} for name in ("press", "primary")]
    old = [q for n in (0, 1) for q in _assertion(n, **places[n], **strengths[n])]
    new = [q for n in (0, 1) for q in _assertion(n, **places[n], **strengths[1 - n])]
    line = "~ 1 endorser of instrument:i (source:s): actor:x — differs only in properties "
    line += "that are not compared"
    assert _told(old, new) == f"How sources state it\n{line}\n"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({}, {"skos_note": Literal("n", language="en")}, "note added: “n”"),
        ({"skos_note": Literal("n", language="en")}, {}, "note removed: “n”"),
        ({}, {"aigg_asOf": Literal("2025")}, "period added: as of 2025"),
        ({"aigg_validFrom": Literal("2024")}, {"aigg_validFrom": Literal("2025")}, "period from"),
        ({}, {"aigg_basis": "basis:inferred"}, "basis stated -> inferred"),
        ({}, {"aigg_modality": "modality:denied"}, "modality agreed -> denied"),
        ({}, {"aigg_section": Literal("end")}, "passage lead -> end"),
        ({}, {"dcterms_subject": "theme:t"}, "differs only in properties that are not compared"),
    ],
)
def test_each_way_of_saying_it_is_compared(
    before: dict[str, str | Literal], after: dict[str, str | Literal], told: str
) -> None:
    lines = _told(_assertion(1, **before), _assertion(1, **after)).splitlines()
    assert lines[0] == "How sources state it"
    assert f": actor:x — {told}" in lines[1]
    assert len(lines) == 2


def test_a_fact_that_is_one_no_longer_says_so() -> None:
    affirmation = _quad("assertion:1", "rdf:type", "aigg:Affirmation")
    new = [quad for quad in _assertion(1) if quad != affirmation]
    assert "— standing a fact -> only a record, not a fact\n" in _told(_assertion(1), new)


def test_a_second_passage_is_no_second_fact() -> None:
    new = [*_assertion(1), *_assertion(2, aigg_section=Literal("end"))]
    assert _told(_assertion(1), new).endswith(": actor:x — passage added: end\n")


def test_sources_of_one_publisher_and_day_are_told_apart() -> None:
    sources = [_quad(f"source:{s}", "aigg:publisherName", Literal("P")) for s in "st"]
    said = [q for n, s in enumerate("st") for q in _assertion(n, prov_wasDerivedFrom=f"source:{s}")]
    lines = _told(sources, sources + said).splitlines()
    assert [line[line.index("(") :] for line in lines[1:]] == [
        "(P; source:s): actor:x",
        "(P; source:t): actor:x",
    ]


def test_values_that_look_the_same_are_shown_in_full() -> None:
    year = Literal("2025", datatype=_node("xsd:gYear"))
    old = _assertion(1, rdf_predicate="schema:startDate", rdf_object=Literal("2025"))
    new = _assertion(2, rdf_predicate="schema:startDate", rdf_object=year)
    assert "“2025” -> 2025 (" in _told(old, new)
    month = Literal("2025", datatype=_node("xsd:gYearMonth"))
    told = _told(new, _assertion(2, rdf_predicate="schema:startDate", rdf_object=month))
    assert 'XMLSchema#gYear> -> "2025"^^' in told


def test_a_relation_without_a_noun_is_quoted() -> None:
    relation = _quad("aigg:x", "rdfs:label", Literal("has seen"), "graph:ontology")
    said = [
        q for n in "ab" for q in _assertion(ord(n), rdf_predicate="aigg:x", rdf_object=f"actor:{n}")
    ]
    assert _told([relation], [relation, *said]) == (
        "Facts\n+ 2 facts “has seen” of actor:x (source:s): actor:a, actor:b\n"
    )


def test_changes_of_the_ontology_come_last(article: Graph) -> None:
    venue = _node("aigg:venue")
    kept = [
        q for q in article.quads() if q.subject != venue or q.predicate != _node("skos:definition")
    ]
    defined = Literal("Something else.", language="en")
    new = [
        *kept,
        _quad("aigg:venue", "skos:definition", defined, "graph:ontology"),
        _quad("aigg:venue", "owl:deprecated", Literal("true"), "graph:ontology"),
        _quad("aigg:seen", "rdf:type", "aigg:Relation", "graph:ontology"),
    ]
    lines = format_diff(diff(article, new), "text", NAMES).splitlines()
    assert lines[:3] == [
        "Ontology",
        "+ 1 relation: aigg:seen",
        "+ 1 deprecation: aigg:venue “true”",
    ]
    assert lines[3].startswith("~ definition of aigg:venue: “Joins an event to ")
    assert lines[3].endswith(" -> “Something else.”")
    assert len(lines) == 4


def test_long_texts_are_shown_from_where_they_part() -> None:
    texts = [Literal("word " * 100 + end) for end in ("one", "two")]
    old, new = ([_quad("actor:x", "dcterms:description", text)] for text in texts)
    assert _told(old, new) == (
        "Things\n~ description of actor:x: …word word word word one -> …word word word word two\n"
    )


def test_any_rdf_is_compared_with_its_blank_nodes(run: Run, tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.nt"
    one.write_text("<http://a/x> <http://a/p> 1 . _:b <http://a/p> 2 .", encoding="utf-8")
    two.write_text('<http://a/x> <http://a/p> "2" .\n_:c <http://a/p> <http://a/x> .\n', "utf-8")
    result = run("diff", one, two)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout == (
        "Things\n"
        "+ 1 thing: [http://a/p http://a/x]\n"
        "- 1 thing: [http://a/p 2]\n"
        "~ “http://a/p” of http://a/x: 1 -> “2”\n"
    )
    assert run("diff", one, one).stdout == "no changes\n"


def test_statements_that_only_change_their_named_graph_are_told(run: Run, tmp_path: Path) -> None:
    one, two, flat = tmp_path / "one.trig", tmp_path / "two.trig", tmp_path / "flat.ttl"
    one.write_text("<u:a> <u:p> 1 . <u:g> { <u:b> <u:p> 2 } <u:h> { <u:c> <u:p> 3 }", "utf-8")
    two.write_text("<u:g> { <u:a> <u:p> 1 } <u:h> { <u:b> <u:p> 2 . <u:c> <u:p> 3 }", "utf-8")
    flat.write_text("<u:a> <u:p> 1 . <u:b> <u:p> 2 . <u:c> <u:p> 3 .", "utf-8")
    result = run("diff", one, two)
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "Named graphs",
        "~ 1 statement: u:a u:p 1 — the default graph -> u:g",
        "~ 1 statement: u:b u:p 2 — u:g -> u:h",
    ]
    assert run("diff", one, one).stdout == run("diff", one, flat).stdout == "no changes\n"


def test_how_files_were_read_is_noted(run: Run, tmp_path: Path) -> None:
    one, two = tmp_path / "one.ttl", tmp_path / "two.ttl"
    one.write_text("", encoding="utf-8")
    two.write_text("<http://a/x> <http://a/p> 007 .", encoding="utf-8")
    notes = run("diff", one, two).stderr.splitlines()
    assert [note.rpartition("/")[2][:9] for note in notes] == ["one.ttl: ", "two.ttl: "]
