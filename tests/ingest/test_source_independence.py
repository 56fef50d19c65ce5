"""Independent sources: a copy is no second voice, and what a record says of it is checked."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad

from graph_builder.analysis.networks.network_builder import to_networkx
from graph_builder.core import vocabulary as v
from graph_builder.core.errors import FactsError, UnknownNameError
from graph_builder.core.resources import find_data_folder
from graph_builder.ingest.fact_files import read_facts
from graph_builder.ingest.source_independence import find_origins
from graph_builder.query.explanation import format_explanation
from graph_builder.query.named_questions import ask, list_text_rows, questions
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build
from tests.conftest import Run

TEXT = "instrument:text"
RECORD = """\
source:
  id: {name}
  title: T
  publisher: {publisher}
  address: unknown
  date: undated
  kind: press
  language: en
  licence: not known
  verification: {verification}
"""
FACT = "  - {{subject: {}, relation: {}, object: {}, section: a, modality: {}{}}}\n"
THINGS = f"entities: [{{id: {TEXT}, class: PolicyInstrument, label: {{en: A text}}}}]\n"


def _source(
    folder: Path, name: str, more: str = "", *, publisher: str = "", verified: str = "press"
) -> Path:
    path = folder / f"{name}.yaml"
    record = RECORD.format(name=name, publisher=publisher or f"P{name}", verification=verified)
    path.write_text(record + more, encoding="utf-8")
    return path


def _facts(*facts: tuple[str, ...]) -> str:
    rows = (
        FACT.format(f"actor:{who}", did, TEXT, how, *more or ("",))
        for who, did, how, *more in facts
    )
    return "facts:\n" + "".join(rows)


def _origins(folder: Path) -> dict[str, str]:
    return find_origins(read_facts(folder).documents)


def test_the_origin_is_the_publisher_the_one_named_or_that_of_what_it_rests_on(
    tmp_path: Path,
) -> None:
    _source(tmp_path, "own")
    _source(tmp_path, "agency", "  origin: An agency\n")
    _source(tmp_path, "copy", "  rests-on: agency\n", publisher="Pown")
    _source(tmp_path, "copied-copy", "  rests-on: copy\n")
    _source(tmp_path, "other", publisher="Pown")
    assert _origins(tmp_path) == {
        "own": "Pown",
        "agency": "An agency",
        "copy": "An agency",
        "copied-copy": "An agency",
        "other": "Pown",
    }


def test_names_are_compared_without_case_accents_and_spaces_too_many(tmp_path: Path) -> None:
    for number, name in enumerate(("Élysée Palace", "ELYSEE palace", "Elyse\u0301e  Palace")):
        _source(tmp_path, f"s{number}", publisher=name)
    _source(tmp_path, "s3", publisher="Elysée Palaces")
    assert sorted(_origins(tmp_path).values()) == ["ELYSEE palace"] * 3 + ["Elysée Palaces"]


#: What the record of the source ``x`` says besides, and the finding.
WRONG = {
    "unknown": ("rests-on: onw", "11:13: unknown source 'onw'; did you mean own? If it is not"),
    "far from known": ("rests-on: reuters", "11:13: unknown source 'reuters'; if it is not"),
    "itself": ("rests-on: x", "11:13: a source cannot rest on itself"),
    "several": ("rests-on: [own, y]", "11:13: give one id, not a list"),
    "blank": ("rests-on: ' '", "11:13: ' ' is not an id"),
    "hostile": ('rests-on: "a\\x1b[31m"', "11:13: 'a\\x1b[31m' is not an id"),
    "long": (f"rests-on: {'a' * 10_000}", "11:13: 'aaa"),
    "both": ("rests-on: own\n  origin: Reuters", "2:3: write rests-on or origin, not both"),
    "a line break": ('origin: "A\\nB"', "11:11: 'A\\nB' contains a line break"),
    "misspelt": ("rest-on: own", "11:3: unknown key 'rest-on'; did you mean rests-on?"),
}


@pytest.mark.parametrize(("more", "finding"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(more: str, finding: str, tmp_path: Path) -> None:
    _source(tmp_path, "own")
    wrong = _source(tmp_path, "x", f"  {more}\n")
    with pytest.raises(FactsError) as caught:
        read_facts(tmp_path)
    (found,) = map(str, caught.value.findings)
    assert found.startswith(f"{wrong}:{finding}")


def test_a_circle_is_found_at_each_of_its_sources_and_at_no_other(tmp_path: Path) -> None:
    for name, other in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")):
        _source(tmp_path, name, f"  rests-on: {other}\n")
    with pytest.raises(FactsError) as caught:
        read_facts(tmp_path)
    found = [
        (Path(f.file).stem, f.line, f.message.partition(": ")[2]) for f in caught.value.findings
    ]
    assert found == [
        ("a", 11, "a -> b -> c -> a"),
        ("b", 11, "b -> c -> a -> b"),
        ("c", 11, "c -> a -> b -> c"),
    ]


def test_a_circle_in_a_graph_is_found_by_the_check(voices: Graph) -> None:
    check = questions(find_data_folder("queries") / "checks")["rests-on-itself"].text
    circle = {"a": "b", "b": "c", "c": "a", "d": "a"}
    rests_on = NamedNode(v.expand("dcterms:source"))
    pairs = ([NamedNode(v.expand(f"source:{name}")) for name in pair] for pair in circle.items())
    graph = Graph.wrap([*voices.quads(), *(Quad(one, rests_on, other) for one, other in pairs)])
    found = list_text_rows(graph.query(check))  # type: ignore[arg-type]
    assert [v.compact(row["source"]) for row in found] == ["source:a", "source:b", "source:c"]


@pytest.mark.parametrize(("old", "new"), [("kind:", "knd:"), ("language: en", "language: en: x")])
def test_a_source_that_cannot_be_read_is_not_unknown(old: str, new: str, tmp_path: Path) -> None:
    broken = _source(tmp_path, "a")
    broken.write_text(broken.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    _source(tmp_path, "b", "  rests-on: a\n")
    with pytest.raises(FactsError) as caught:
        read_facts(tmp_path)
    assert {finding.file for finding in caught.value.findings} == {str(broken)}


def test_a_file_beside_the_shipped_ones_rests_on_one_of_them(tmp_path: Path, run: Run) -> None:
    more = "  rests-on: pib-rt2\n" + THINGS + _facts(("IND", "signed", "signed"))
    assert run("check", _source(tmp_path, "new", more)).exit_code == 0


HOUSE = "affirmed by 2 sources that are not independent of each other"
SIGNED = ("FRA", "signed", "signed")


@pytest.fixture(scope="module")
def voices(tmp_path_factory: pytest.TempPathFactory) -> Graph:
    """Return a graph in which release, copies, an outsider and a denial speak of signatures."""
    facts = tmp_path_factory.mktemp("voices")
    release = _facts(SIGNED, ("IND", "signed", "signed"), ("USA", "signed", "signed"))
    _source(facts, "release", THINGS + release, verified="primary")
    _source(facts, "copy", "  rests-on: release\n" + _facts(SIGNED, ("IND", "signed", "signed")))
    _source(
        facts,
        "outsider",
        _facts(
            SIGNED,
            ("USA", "signed", "denied"),
            ("GBR", "signed", "signed"),
            ("DEU", "signed", "signed", ", basis: inferred, reason: It seems so."),
        ),
    )
    _source(facts, "same-house", _facts(("GBR", "signed", "signed")), publisher="POUTSIDER")
    return build(facts, only=True)


def _counts(rows: list[dict[str, str]]) -> dict[str, tuple[str, ...]]:
    columns = ("independent", "sources", "verification")
    return {
        v.compact(row["subject"]): tuple(v.compact(row[c]) for c in columns if c in row)
        for row in rows
    }


def test_copies_denials_and_inferences_support_nothing(voices: Graph) -> None:
    assert _counts(ask(voices, "corroboration", thing=TEXT)) == {
        "actor:FRA": ("2", "3", "verification:primary"),
        "actor:IND": ("1", "2", "verification:primary"),
        "actor:USA": ("1", "1", "verification:primary"),
        "actor:GBR": ("1", "2", "verification:press"),
    }


def test_what_rests_on_press_on_one_voice_or_on_several_is_told_apart(voices: Graph) -> None:
    press = _counts(ask(voices, "press-only", thing="all"))
    assert press == {"actor:GBR": ("1", "2")}
    single = {
        (v.compact(row["subject"]), row["origin"])
        for row in ask(voices, "one-source-only", thing="aigg:signed")
    }
    assert single == {
        ("actor:GBR", "POUTSIDER"),
        ("actor:IND", "Prelease"),
        ("actor:USA", "Prelease"),
    }
    assert _counts(ask(voices, "best-corroborated")).keys() == {"actor:FRA"}
    assert ask(voices, "best-corroborated", thing="actor:IND") == []


@pytest.mark.parametrize("value", ["all } UNION { ?s ?p ?o", "UNDEF", "", "\x1b[31m"])
def test_all_is_a_word_and_everything_else_a_thing(value: str, voices: Graph) -> None:
    assert ask(voices, "press-only", thing="ALL") == ask(voices, "press-only", thing="actor:GBR")
    with pytest.raises(UnknownNameError, match="unknown thing"):
        ask(voices, "press-only", thing=value)


def test_a_heading_supports_nothing(graph: Graph) -> None:
    relations = {row["relation"] for row in ask(graph, "corroboration", thing="actor:IND")}
    assert v.NS + "memberOf" in relations
    assert v.NS + "headlineTheme" not in relations


def test_a_source_without_origin_is_a_voice_of_its_own(voices: Graph) -> None:
    origin = NamedNode(v.NS + "origin")
    bare = Graph.wrap(quad for quad in voices.quads() if quad.predicate != origin)
    assert _counts(ask(bare, "corroboration", thing=TEXT))["actor:FRA"][:2] == ("3", "3")


def test_the_first_block_of_a_statement_says_how_well_it_is_supported(voices: Graph) -> None:
    blocks = [b.split("\n") for b in format_explanation(voices, TEXT).split("\n\n")]
    support = [(b[0].partition(" ")[0], " ".join(" ".join(b[1:3]).split())) for b in blocks]
    levels = ("primary", "press")
    said = [
        (name, min(text.partition(level)[0] + level for level in levels if level in text))
        for name, text in support
        if text.startswith("affirmed")
    ]
    assert said == [
        ("France", "affirmed by 2 independent sources, best verified: primary"),
        ("United", f"{HOUSE}, best verified: press"),
        ("India", f"{HOUSE}, best verified: primary"),
    ]


def test_a_network_tells_the_origin_of_its_sources(voices: Graph) -> None:
    sources = to_networkx(voices, source="all").graph["sources"]
    assert {name: source["origin"] for name, source in sources.items()} == {
        "release": "Prelease",
        "copy": "Prelease",
        "outsider": "POUTSIDER",
        "same-house": "POUTSIDER",
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("devd-rt2", "pib-rt2", 1),
        ("p-bletch", "ly-bletch", 1),
        ("coe-open", "coe-cajp", 1),
        ("brec", "cnbcafrica", 1),
        ("mea11", "p-indfr", 1),
        ("hawk-nd", "hawk-paris", 2),
        ("india-france-roundtable-2025", "pib-rt2", 2),
        ("ali", "uk-inaimes", 2),
    ],
)
def test_the_shipped_sources_have_the_origins_that_their_records_say(
    one: str, other: str, expected: int, graph: Graph
) -> None:
    origin = graph.values_by_subject(v.NS + "origin")
    assert len({origin[v.expand(f"source:{name}")] for name in (one, other)}) == expected
