"""The command line: formats, files, exit codes, and one sentence for every refusal."""

import csv
import io
import json
import re
import stat
from pathlib import Path

import pytest

from graph_builder.core.option_values import RDF_FORMATS, ROW_FORMATS
from graph_builder.ingest.fact_files import read_facts
from graph_builder.store import serialization
from tests.conftest import FACTS, Run
from tests.facts_sample import sample_facts

ARTICLE = "india-france-roundtable-2025"
FACT_COUNT = len(read_facts(FACTS).documents[ARTICLE].facts)


@pytest.mark.slow
def test_a_table_shows_labels_and_no_iris(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    result = run("query", "organisers")
    assert "Scientific Adviser" in result.stdout
    assert "co-organiser" in result.stdout
    assert "https://" not in result.stdout
    assert result.stdout.endswith("\n7 rows\n")


@pytest.mark.parametrize("columns", ["60", "100", "200"])
def test_a_table_fits_the_terminal(columns: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    lines = run("query", "event-themes").stdout.splitlines()
    assert max(map(len, lines)) <= int(columns)


def test_csv_tsv_and_json_are_the_standard_result_formats(run: Run) -> None:
    rows = list(csv.DictReader(io.StringIO(run("query", "venue", "-F", "csv").stdout)))
    assert rows[0]["owner"] == "https://w3id.org/aigg/actor/sciences-po-paris"
    assert run("query", "venue", "-F", "tsv").stdout.startswith("?venue\t")
    answer = json.loads(run("query", "venue", "-F", "json").stdout)
    assert {"venue", "owner"} <= set(answer["head"]["vars"])
    assert answer["results"]["bindings"][0]["owner"]["type"] == "uri"


def test_markdown_is_a_table(run: Run) -> None:
    lines = run("query", "participants", "-F", "md").stdout.splitlines()
    assert lines[0].startswith("- event = 2nd India-France AI Policy Roundtable (event:")
    assert lines[3] == "| --- | --- | --- | --- | --- |"
    assert len(lines) == 4 + 3


def test_markdown_escapes_bars_and_control_characters(run: Run) -> None:
    text = 'SELECT ("a|b\\n\\u001b[31m" AS ?x) WHERE {}'
    assert (
        run("query", "--text", text, "-F", "md").stdout.splitlines()[2] == "| a\\|b \\\\x1b\\[31m |"
    )
    assert "\x1b" not in run("query", "--text", text).stdout


def test_nothing_in_a_markdown_table_is_markup(run: Run) -> None:
    value = json.dumps(r"\\| <b>&amp; [a](b) *c* _d_ `e` \|")
    text = f"SELECT ({value} AS ?x) WHERE {{}}"
    cell = run("query", "--text", text, "-F", "md").stdout.splitlines()[2]
    assert cell == r"| \\\\\| \<b\>\&amp; \[a\](b) \*c\* \_d\_ \`e\` \\\| |"


STEERING = "\x1b[31mred \x9b \u202eevil\u2066 \u200f\u2028end"
SHOWN = r"\x1b[31mred \x9b \u202eevil\u2066 \u200f end"


@pytest.fixture
def steering(tmp_path: Path) -> Path:
    """Return a graph of one thing whose label and note steer a terminal, and a wrong country."""
    subject = "<https://w3id.org/aigg/actor/x>"
    label = json.dumps(STEERING)
    prefix = "https://w3id.org/aigg/"
    file = tmp_path / "steering.ttl"
    file.write_text(
        f"""\
        @prefix aigg: <{prefix}ns#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        {subject} a aigg:Country ; <http://www.w3.org/2004/02/skos/core#prefLabel> {label} ;
          aigg:alpha3 {label} .
        <{prefix}assertion/1> a aigg:Assertion ; rdf:subject {subject} ; rdf:predicate aigg:name ;
          rdf:object {label} ; aigg:modality <{prefix}modality/reported> ; aigg:section {label} ;
          aigg:basis <{prefix}basis/stated> ; aigg:verification <{prefix}verification/press> ;
          <http://www.w3.org/ns/prov#wasDerivedFrom> <{prefix}source/s> .
        """,
        encoding="utf-8",
    )
    return file


@pytest.mark.parametrize(
    "words",
    [
        ("explain", "actor:x", "-s"),
        ("query", "--text", "SELECT ?n { ?x aigg:alpha3 ?n }", "-s"),
        ("query", "--text", "SELECT ?n { ?x aigg:alpha3 ?n }", "-F", "md", "-s"),
        ("validate", "-s"),
    ],
    ids=" ".join,
)
def test_what_steers_a_terminal_is_shown_and_does_not_act(
    words: tuple[str, ...], steering: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    result = run(*words, steering)
    assert SHOWN in result.stdout.replace("\\\\", "\\").replace("\\[", "[")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u202e\u2066\u200f]", result.output)


def test_errors_do_not_steer_a_terminal_either(run: Run, tmp_path: Path) -> None:
    result = run("check", tmp_path / f"{STEERING}.yaml")
    assert f"{SHOWN}.yaml: No such file or directory\n" in result.stderr


def test_rows_are_the_bytes_of_the_standard(run: Run, tmp_path: Path) -> None:
    text = 'SELECT ?a { VALUES ?a { "x\\r\\ny" UNDEF UNDEF } }'
    target = tmp_path / "x.csv"
    run("query", "--text", text, "-o", target)
    assert target.read_bytes() == b'a\r\n"x\r\ny"\r\n\r\n\r\n'
    assert run("query", "--text", text, "-F", "csv").stdout_bytes == target.read_bytes()
    assert run("query", "--text", text, "-F", "tsv").stdout_bytes == b'?a\n"x\\r\\ny"\n\n\n'


def test_a_file_that_is_replaced_keeps_its_mode(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "x.csv"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    run("query", "sectors", "-o", target)
    assert target.read_bytes() != b"old"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_an_output_that_is_a_link_to_itself_is_one_sentence(run: Run, tmp_path: Path) -> None:
    loop = tmp_path / "x.csv"
    loop.symlink_to(loop)
    result = run("query", "sectors", "-o", loop)
    assert (result.exit_code, result.stderr) == (
        2,
        f"{loop}: Too many levels of symbolic links\n",
    )


@pytest.mark.slow
def test_a_page_on_the_standard_output_is_not_announced(run: Run) -> None:
    result = run("draw", "-o", "-")
    assert result.stdout.startswith("<!")
    assert result.stderr == ""


def test_the_words_for_formats_are_those_of_the_modules() -> None:
    assert tuple(serialization.FORMATS) == RDF_FORMATS


def test_ask_and_construct(run: Run) -> None:
    assert run("query", "--text", "ASK { actor:IND a aigg:Country }").stdout == "yes\n"
    assert run("query", "--text", "ASK { actor:IND a aigg:Bloc }").stdout == "not recorded\n"
    turtle = run("query", "--text", "CONSTRUCT { ?s a ?c } WHERE { ?s a ?c } ORDER BY ?s LIMIT 9")
    assert turtle.stdout.startswith("@prefix ")
    assert turtle.stdout.endswith(" .\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--text", "CONSTRUCT WHERE { ?s a aigg:Country }", "-F", "csv"],
            "this answer is a graph",
        ),
        (["organisers", "-F", "ttl"], "this answer is not a graph"),
        (["organisers", "--text", "ASK {}"], "Give exactly one of"),
        ([], "Give exactly one of"),
        (["--text", "ASK {}", "-p", "a=b"], "--param needs the name of a question"),
        (["organisers", "-p", "event"], "'event' is not of the form key=value"),
        (["organisers", "-o", "answer.xlsx"], "unknown format 'xlsx'"),
        (["organisers", "-o", "answer"], "the name 'answer' has no ending that says its format"),
        (["organisers", "-p", "event=http://[x"], "unknown event 'http://[x'"),
        (["organisers", "-p", "event=actor:IND"], "unknown event 'actor:IND'"),
        (["-f", "missing.rq"], "missing.rq: No such file or directory"),
        (["organisers", "-s", "missing.ttl"], "missing.ttl: No such file or directory"),
        (
            ["organisers", "-o", "missing/folder/answer.csv"],
            "answer.csv: No such file or directory",
        ),
    ],
)
def test_a_refusal_is_a_sentence_and_exit_code_2(
    words: list[str], message: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run("query", *words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_query_in_a_file_is_asked_with_the_prefixes_at_hand(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "mine.rq"
    file.write_bytes(
        b"\xef\xbb\xbfSELECT ?c WHERE { ?c a aigg:Country FILTER(?c IN (actor:IND, actor:FRA)) }"
        b" ORDER BY ?c"
    )
    assert run("query", "-f", file).stdout.split() == [
        "c",
        "──────",
        "France",
        "India",
        "2",
        "rows",
    ]
    file.write_bytes(b"SELECT \xe9")
    assert run("query", "-f", file).stderr == f"{file}: not UTF-8: byte 7\n"


@pytest.mark.parametrize("extension", ROW_FORMATS)
def test_the_format_follows_the_extension_of_the_output(
    extension: str, run: Run, tmp_path: Path
) -> None:
    name = "txt" if extension == "table" else extension
    target = tmp_path / f"answer.{name}"
    assert run("query", "sectors", "-o", target).exit_code == 0
    assert target.read_text(encoding="utf-8") == run("query", "sectors", "-F", extension).stdout


@pytest.mark.parametrize("term", ["actor:IND", "India", "भारत", "https://w3id.org/aigg/actor/IND"])
def test_explain_gives_every_fact_with_source_passage_and_strength(term: str, run: Run) -> None:
    result = run("explain", term)
    assert result.stdout.startswith("India  (actor:IND)\n")
    assert "India — works towards — Structured AI policy framework of India" in result.stdout
    assert "ongoing, stated; press" in result.stdout
    assert "“India has been actively … AI policy framework”" in result.stdout
    assert "editorial, editorial; press" in result.stdout


@pytest.mark.parametrize(
    ("term", "lines"),
    [
        ("India", ["country", "same as: http://www.wikidata.org/entity/Q668"]),
        ("theme:ai-governance", ["policy theme", "broader: artificial intelligence"]),
        ("lead organiser", ["relation", "joins: event — actor"]),
        ("leadOrganizer", ["relation", "joins: event — actor"]),
        ("AGREED", ["modality", "definition: "]),
        ("2nd India-France AI Policy Roundtable (article)", ["source", "address: https://hit"]),
        ("government body", ["broader: institution"]),
    ],
)
def test_explain_says_first_what_the_thing_is(term: str, lines: list[str], run: Run) -> None:
    head = run("explain", term).stdout.split("\n\n")[0]
    assert all(f"\n{line}" in head for line in lines)


def test_explain_counts_the_facts_that_use_a_term(run: Run) -> None:
    assert run("explain", "source:" + ARTICLE).stdout.endswith(f"\nused by {FACT_COUNT} facts\n")


@pytest.mark.parametrize("term", ["http://[", "https://a b", "\x00", "", "\ud800"])
def test_what_is_no_thing_is_unknown(term: str, run: Run) -> None:
    result = run("explain", term)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("unknown thing ")


def test_explain_names_its_own_formats(run: Run, tmp_path: Path) -> None:
    result = run("explain", "India", "-o", tmp_path / "x.ttl")
    assert (result.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert result.stderr == "unknown format 'ttl'; use table, csv, tsv, json or md\n"


def test_explain_shows_inferred_facts_apart_with_their_reason(run: Run) -> None:
    result = run("explain", "place:paris")
    assert "presupposed, inferred; press" in result.stdout
    assert "reason: Common knowledge of geography" in " ".join(result.stdout.split())
    rows = list(csv.DictReader(io.StringIO(run("explain", "Paris", "-F", "csv").stdout)))
    apart = [row for row in rows if not row["basis"].endswith(("stated", "judged"))]
    assert {row["basis"].rpartition("/")[2] for row in apart} == {"inferred", "background"}
    assert len(apart) == 2


@pytest.mark.slow
def test_sources_are_listed_and_shown(run: Run) -> None:
    listed = run("sources").stdout
    assert listed.split()[:3] == ["id", "facts", "title"]
    assert f"{ARTICLE}  {FACT_COUNT} " in listed
    assert max(map(len, listed.splitlines())) <= 80
    rows = json.loads(run("sources", "-F", "json").stdout)
    assert [row["facts"] for row in rows if row["id"] == ARTICLE] == [FACT_COUNT]
    assert run("sources", ARTICLE, "-F", "csv").stdout.startswith("id,title,publisher,")
    shown = run("sources", ARTICLE).stdout
    assert "a person is to confirm it" in shown
    assert "Hit and Hot News" in shown
    assert run("sources", "article").exit_code == 2


def test_check_looks_anchors_up_in_the_text(run: Run, tmp_path: Path) -> None:
    text = tmp_path / "text.txt"
    text.write_text("A short text that is not the article.", encoding="utf-8")
    result = run("check", ARTICLE, "--text", text)
    assert result.exit_code == 2
    lines = result.stderr.strip().split("\n")
    grouped = (re.search(r"\(in (\d+) rows: ", line) for line in lines)
    assert sum(int(many[1]) if many else 1 for many in grouped) == 1 + FACT_COUNT
    assert any("this text has 37 characters and is not the recorded one" in line for line in lines)
    list_file = FACTS / ARTICLE / "facts.csv"
    assert lines[0].startswith(f"{list_file}:2:")
    assert "is not at characters 153-193 or elsewhere in the text" in lines[0]


@pytest.mark.slow
def test_an_anchor_that_stands_elsewhere_is_told_where(run: Run, tmp_path: Path) -> None:
    file, text = tmp_path / "mine.yaml", tmp_path / "text.txt"
    text.write_text("\nThe summit spoke of artificial intelligence, in short AI.", encoding="utf-8")
    file.write_text(
        """\
source: {id: mine, title: T, publisher: P, address: unknown, date: undated, kind: k,
  language: en, licence: l, verification: press}
facts:
  - subject: event:ai-action-summit-2025
    relation: hasTheme
    object: theme:ai
    section: lead
    anchor: ANCHOR
    start: 0
    end: 5
    modality: discussed
""",
        encoding="utf-8",
    )
    template = file.read_text(encoding="utf-8")
    for anchor, message in {
        "artificial intelligence": "is not at characters 0-5; it is at 21-44",
        "spoke of … in short AI": "is not at characters 0-5; it is at 12-57",
        "human intelligence": "is not at characters 0-5 or elsewhere in the text",
    }.items():
        file.write_text(template.replace("ANCHOR", anchor), encoding="utf-8")
        result = run("check", file, "--text", text)
        assert result.exit_code == 2
        assert f"{file}:8:13: the anchor '{anchor}' {message}" in result.stderr
    good = template.replace("ANCHOR", "spoke of … in short AI").replace("start: 0", "start: 12")
    file.write_text(good.replace("end: 5", "end: 57"), encoding="utf-8")
    assert run("check", file, "--text", text).stdout == (
        f"{file}: 1 fact, 1 passage found in the text, no problems found\n"
    )


@pytest.mark.slow
def test_build_writes_a_graph_and_says_so_unless_quiet(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "graph.trig"
    result = run("build", "-o", target)
    assert (result.stdout, result.stderr) == ("", f"{target}: written\n")
    assert target.stat().st_size > 100_000
    some = ("--facts", sample_facts(), "--only")
    assert run("-q", "build", *some, "-o", target).stderr == ""


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("build --store q -o a.ttl", "Use --store or --output with --format, not both."),
        ("build --store q -o -", "Use --store or --output with --format, not both."),
        ("build --store q -F nt", "Use --store or --output with --format, not both."),
        ("build --wait -o a.ttl", "--wait needs the folder of --store."),
        ("build --store=", "Invalid value for '--store': the path is empty; name a file or"),
        ("build --facts=", "Invalid value for '--facts': the path is empty; name a file or"),
        ("query -f=", "=: No such file or directory"),
        ("query --file=", "Invalid value for '-f' / '--file': the path is empty; name a file or"),
        ("build --facts /dev/null", "/dev/null: not a folder, and the name of a fact file must"),
        ("build --facts nothing", "nothing: no such folder"),
        ("query organisers -q", "-q goes before the command: aigg -q query"),
        ("find --quiet x", "--quiet goes before the command: aigg --quiet find"),
        ("find --version", "--version goes before the command: aigg --version find"),
    ],
)
def test_what_does_not_go_together_is_told_and_nothing_is_written(
    words: str, message: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*words.split())
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_option_that_does_not_exist_is_named(run: Run) -> None:
    result = run("find", "--qiet", "x")
    assert (result.exit_code, result.stdout) == (2, "")
    assert re.search(r"No such option:? ('--qiet'|--qiet)", result.stderr)  # as click writes it


def test_version_and_help(run: Run) -> None:
    assert run("--version").stdout.startswith("aigg, version ")
    assert run("-h").stdout == run("--help").stdout


@pytest.mark.parametrize("extension", ["table", "csv", "json", "md"])
def test_a_query_that_calls_another_server_is_a_sentence(extension: str, run: Run) -> None:
    text = "SELECT * WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    result = run("query", "--text", text, "-F", extension)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "SERVICE <http://127.0.0.1:9/> is not called from here" in result.stderr
    assert result.stderr.count("\n") == 1
