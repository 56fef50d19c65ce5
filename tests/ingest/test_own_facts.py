"""Folders of one's own: beside the shipped facts or instead of them, never at odds with them."""

from pathlib import Path

import pytest
from pyoxigraph import DefaultGraph, NamedNode

from graph_builder.core.errors import ReadError
from graph_builder.core.vocabulary import BASE, expand
from graph_builder.query.explanation import format_explanation
from graph_builder.query.named_questions import ask
from graph_builder.query.validation import validate
from graph_builder.store.graph import Graph
from graph_builder.store.loading import build, open_graph
from tests.conftest import Run
from tests.facts_sample import sample_facts
from tests.ingest.test_fact_file_errors import SOURCE


def _write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def _entity(id_: str, class_: str, **label: str) -> str:
    words = ", ".join(f"{language}: {name}" for language, name in label.items())
    return f"entities:\n  - {{id: {id_}, class: {class_}, label: {{{words}}}}}\n"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """Return a folder with a source and a thing of its own."""
    folder = _write(tmp_path / "mine", "source.yaml", SOURCE.replace("hasTheme", "discussed"))
    return _write(folder, "things.yaml", _entity("place:paris", "Place", en="Paris", sw="Parisi"))


@pytest.mark.slow
def test_a_folder_is_built_beside_the_shipped_facts_or_instead(mine: Path) -> None:
    both, alone = build(mine), build(mine, only=True)
    ids = [expand(f"source:{name}") for name in ("my-source", "india-france-roundtable-2025")]
    assert [iri in both for iri in ids] == [True, True]
    assert [iri in alone for iri in ids] == [True, False]
    assert ask(alone, "event-themes", event="AI Action Summit 2025")


@pytest.mark.slow
def test_a_theme_of_ones_own_is_filed_under_a_canonical_one(tmp_path: Path, run: Run) -> None:
    facts = SOURCE.replace("theme:ai", "theme:voice-cloning")
    folder = _write(
        tmp_path / "mine",
        "source.yaml",
        facts
        + """entities:
  - id: theme:voice-cloning
    class: PolicyTheme
    label: {en: voice cloning, fr: clonage vocal}
    definition: The imitation of a person's voice by AI.
    broader: theme:deep-fakes
  - id: theme:deep-fakes
    class: PolicyTheme
    label: {en: deep fakes}
    definition: Pictures, films or sound that AI has made to look real.
    close-match: theme:information-integrity
""",
    )
    assert run("check", folder).stdout == f"{folder / 'source.yaml'}: 1 fact, no problems found\n"
    graph = build(folder, only=True)
    rows = ask(graph, "event-themes", event="AI Action Summit 2025")
    found = [(graph.label(row["wording"]), graph.label(row["theme"])) for row in rows]
    assert found == [("voice cloning", "information integrity")]
    own = expand("theme:deep-fakes")
    assert graph.value(own, expand("skos:inScheme")) == BASE + "theme"
    assert graph.value(own, expand("skos:definition")).startswith("Pictures, films")
    assert graph.value(own, expand("rdfs:isDefinedBy")) == expand("graph:registry")
    said = format_explanation(graph, "voice cloning")
    assert "broader: deep fakes" in said
    assert "information integrity" in said
    assert [each for each in validate(graph) if each.severity == "violation"] == []


@pytest.mark.slow
def test_a_theme_has_the_same_meaning_in_all_files(tmp_path: Path, run: Run) -> None:
    theme = "{{id: theme:x, class: PolicyTheme, label: {{en: X}}, definition: {}, broader: {}}}\n"
    for name, meaning in (("a", "One"), ("b", "Two")):
        entity = theme.format(meaning, "theme:ai-safety" if name == "a" else "theme:ai-security")
        _write(tmp_path / "mine", f"{name}.yaml", f"entities:\n  - {entity}")
    lines = run("check", tmp_path / "mine").stderr.splitlines()
    first = f"{tmp_path / 'mine' / 'a.yaml'}:2"
    assert [line.partition(": ")[2] for line in lines] == [
        f"theme:x has another {key} in {first}; write the same or another id"
        for key in ("definition", "broader")
    ]


def test_several_folders_and_single_files_go_together(mine: Path, tmp_path: Path, run: Run) -> None:
    other = _write(tmp_path / "ours", "x.yaml", SOURCE.replace("my-source", "ours")) / "x.yaml"
    words = ("--facts", mine, "--facts", other, "--facts", mine, "--only")
    listed = run("sources", *words, "-F", "csv").stdout.splitlines()
    assert [line.split(",")[0] for line in listed] == ["id", "my-source", "ours"]
    built = run("build", *words, "-o", tmp_path / "x.ttl")
    assert (built.exit_code, built.stderr) == (0, f"{tmp_path / 'x.ttl'}: written\n")


def test_a_source_id_belongs_to_one_source(mine: Path, tmp_path: Path, run: Run) -> None:
    ours = _write(tmp_path / "ours", "same.yaml", SOURCE)
    result = run("build", "--facts", mine, "--facts", ours, "--only")
    first = mine / "source.yaml"
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"{ours / 'same.yaml'}:2:7: the source id 'my-source' is already used in {first}; "
        "choose another one\n"
    )


@pytest.mark.slow
def test_another_file_may_add_names_to_a_thing(mine: Path) -> None:
    located = SOURCE.replace("event:ai-action-summit-2025", "place:paris")
    fact = located.replace("hasTheme", "locatedIn").replace("theme:ai", "actor:FRA")
    _write(mine, "paris.yaml", fact.replace("my-source", "paris"))
    graph = build(sample_facts(), mine, only=True)
    assert _names(graph, "place:paris") == {"Paris", "Parisi"}


@pytest.mark.slow
def test_the_note_of_a_thing_is_that_of_the_first_file_that_has_one(
    mine: Path, tmp_path: Path
) -> None:
    noted = "entities:\n  - {id: place:paris, class: Place, label: {en: Paris}, note: {}}\n"
    first = _write(tmp_path / "first", "note.yaml", noted.replace("{}", "The city."))
    second = _write(tmp_path / "second", "note.yaml", noted.replace("{}", "The capital."))
    for notes, expected in (((first, second), {"The city."}), ((), set[str]())):
        graph = build(sample_facts(), mine, *notes, only=True)
        node, note = NamedNode(expand("place:paris")), NamedNode(expand("skos:note"))
        found = graph.store.quads_for_pattern(node, note, None, DefaultGraph())
        assert {getattr(quad.object, "value", "") for quad in found} == expected


def _names(graph: Graph, id_: str) -> set[str]:
    thing, label = (NamedNode(expand(each)) for each in (id_, "skos:prefLabel"))
    labels = graph.store.quads_for_pattern(thing, label, None, DefaultGraph())
    return {getattr(quad.object, "value", "") for quad in labels}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("entity", "message"),
    [
        (
            _entity("place:paris", "Place", en="Lutetia"),
            "2:49: place:paris has the label 'Paris'",
        ),
        (_entity("place:paris", "Venue", sw="P"), "2:30: place:paris has the class 'Place' in "),
        (
            _entity("place:paris", "Place", sw="Lutetia"),
            ":2:49: place:paris has the label 'Parisi' in",
        ),
    ],
)
def test_a_thing_means_the_same_in_all_files(
    entity: str, message: str, mine: Path, run: Run
) -> None:
    _write(mine, "zz.yaml", entity)
    for words in (("check", mine), ("build", "--facts", mine)):
        result = run(*words)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert message in result.stderr


@pytest.mark.slow
def test_alone_a_folder_may_name_things_anew(mine: Path, run: Run) -> None:
    _write(mine, "things.yaml", _entity("place:paris", "Venue", en="Lutetia"))
    assert run("check", mine).exit_code == 2
    assert run("check", mine, "--only").exit_code == 0
    build(mine, only=True)


@pytest.mark.slow
def test_a_file_is_checked_beside_others_that_it_needs(
    mine: Path, tmp_path: Path, run: Run
) -> None:
    _write(mine, "things.yaml", _entity("event:own", "Event", en="Own"))
    file = tmp_path / "more.yaml"
    text = SOURCE.replace("my-source", "more").replace("event:ai-action-summit-2025", "event:own")
    file.write_text(text, encoding="utf-8")
    assert "unknown id 'event:own'" in run("check", file).stderr
    assert run("check", file, "--facts", mine).stdout == f"{file}: 1 fact, no problems found\n"
    assert run("check", "my-source", "--facts", mine, "--only").exit_code == 0


def test_the_shipped_facts_are_not_left_out_for_nothing(run: Run) -> None:
    result = run("build", "--only")
    said = "without the shipped facts there is nothing to build; add fact files with --facts"
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"{said}\n")
    with pytest.raises(ReadError, match=said):
        build(only=True)


@pytest.mark.slow
def test_a_command_that_reads_a_graph_reads_a_folder_too(
    mine: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is built once and cached, anew when a file has changed."""
    cache = tmp_path / "cache"
    monkeypatch.setenv("AIGG_CACHE", str(cache))
    for name in (mine, mine / "source.yaml"):
        rows = run("query", "event-themes", "-p", "event=AI Action Summit 2025", "-s", name)
        assert (rows.exit_code, "A press release" in rows.stdout) == (0, True)
    count = len(list(cache.glob("graph-*.nq")))
    open_graph(mine)
    assert len(list(cache.glob("graph-*.nq"))) == count
    _write(mine, "source.yaml", SOURCE.replace("A press release", "Another title"))
    assert open_graph(mine).label(expand("source:my-source")) == "Another title"


def test_a_folder_with_mistakes_is_no_graph(mine: Path, run: Run) -> None:
    _write(mine, "source.yaml", SOURCE.replace("hasTheme", "hasTeme"))
    result = run("explain", "Paris", "-s", mine)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert "source.yaml:13:15: unknown relation 'hasTeme'; did you mean hasTheme" in result.stderr


@pytest.mark.slow
def test_a_file_whose_neighbours_are_not_read_says_how_to_read_them(
    tmp_path: Path, run: Run
) -> None:
    (tmp_path / "things.yaml").write_text("lists: [things.csv]\n", encoding="utf-8")
    (tmp_path / "things.csv").write_text(
        "id,class,label\nplace:here,Place,Here\n", encoding="utf-8"
    )
    file = tmp_path / "mine.yaml"
    fact = "{subject: event:ai-action-summit-2025, relation: heldIn, object: place:here, "
    file.write_text(
        SOURCE[: SOURCE.index("facts:")].replace("  kind:", "  rests-on: original\n  kind:")
        + f"facts:\n  - {fact}section: lead, modality: reported}}\n",
        encoding="utf-8",
    )
    original = SOURCE.replace("id: my-source", "id: original")
    (tmp_path / "original.yaml").write_text(original, encoding="utf-8")
    told = run("check", file).stderr
    assert told.replace(f"{tmp_path}/", "") == (
        f"mine.yaml:5:13: unknown source 'original'; it is declared in original.yaml, which is not "
        f"read: add --facts {tmp_path}\n"
        f"mine.yaml:13:70: unknown id 'place:here'; it is declared in things.yaml, which is not "
        f"read: add --facts {tmp_path}\n"
    )
    assert "unknown" not in run("check", file, "--facts", tmp_path).stderr
