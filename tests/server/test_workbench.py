"""What the workbench asks the server for: answers with labels, filled questions, pages to keep."""

import gzip
import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from graph_builder.core.vocabulary import BASE
from graph_builder.query.named_questions import load_question, questions
from graph_builder.query.query_notes import DENIED_NOTE
from graph_builder.server.workbench_tasks import MAX_PICTURE_NODES, MAX_ROWS_SHOWN
from graph_builder.store.graph import Graph
from tests.conftest import sample_file
from tests.hostile_values import is_sentence, term_in, values
from tests.server.conftest import FORM, HUNG, Answer, Server, running

EVENT = "event:india-france-ai-policy-roundtable-2"
JAVASCRIPT = "text/javascript; charset=utf-8"
MANY = "CONSTRUCT { ?s a aigg:Actor } { SELECT DISTINCT ?s { ?s ?p ?o } LIMIT 300 }"


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server of a sample of the shipped graph."""
    with running(tmp_path_factory.mktemp("bench"), "-s", sample_file(), "--timeout", 60) as found:
        yield found


def _post(server: Server, task: str, query: str) -> Answer:
    body = urlencode({"query": query}).encode()
    return server.send("POST", f"/workbench/{task}", body, Content_Type=FORM)


def _answer(server: Server, query: str) -> dict[str, Any]:
    answer = _post(server, "answer", query)
    assert answer.status == 200, answer.text
    return dict(json.loads(answer.body))


@pytest.mark.server
def test_an_iri_has_its_label_its_name_and_the_address_of_its_page(bench: Server) -> None:
    found = _answer(bench, "SELECT ?event ?day { VALUES ?event { " + EVENT + " } "
                    "?event schema:startDate ?day }")  # fmt: skip
    thing, day = found["rows"][0]
    assert thing == {
        "text": "2nd India-France AI Policy Roundtable",
        "name": EVENT,
        "iri": f"{BASE}event/{EVENT.removeprefix('event:')}",
        "link": f"./event/{EVENT.removeprefix('event:')}",
    }
    assert day == {"text": "2025-02-10", "type": "xsd:date"}


@pytest.mark.server
def test_graphs_and_truths_are_answers_too(bench: Server) -> None:
    graph = _answer(bench, "CONSTRUCT WHERE { ?event aigg:venue ?venue }")
    assert (graph["kind"], graph["columns"]) == ("graph", ["subject", "relation", "object"])
    assert graph["noPictureReason"] == ""
    truth = _answer(bench, "ASK {}")
    assert (truth["kind"], truth["verdict"], truth["rows"]) == ("boolean", "yes", [])
    silent = _answer(bench, "ASK { actor:ISR aigg:endorsed instrument:paris-statment }")
    assert (silent["verdict"], len(silent["notes"])) == ("not recorded", 2)
    refused = _answer(bench, "ASK { actor:USA aigg:endorsed instrument:paris-statement }")
    assert (refused["verdict"], refused["notes"]) == ("no", [DENIED_NOTE])


@pytest.mark.server
def test_of_many_rows_the_first_are_shown_and_it_is_said(bench: Server) -> None:
    found = _answer(bench, "SELECT * { ?s ?p ?o }")
    assert (len(found["rows"]), found["more"]) == (MAX_ROWS_SHOWN, True)


@pytest.mark.server
@pytest.mark.parametrize("iri", ["javascript:alert(1)", f"{BASE}javascript:alert(1)", "data:x,y"])
def test_no_link_runs_script(bench: Server, iri: str) -> None:
    (cell,) = _answer(bench, f"SELECT ?x {{ VALUES ?x {{ <{iri}> }} }}")["rows"][0]
    assert cell.get("link", "./").startswith("./")


@pytest.mark.server
@pytest.mark.parametrize("task", ["answer", "kept", "picture"])
@pytest.mark.parametrize(
    ("query", "status"), [("SELECT", 400), ("INSERT DATA {}", 400), ("{" * 2000, 400)]
)
def test_mistakes_are_sentences(bench: Server, task: str, query: str, status: int) -> None:
    answer = _post(bench, task, query)
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text.strip()


@pytest.mark.server
def test_every_question_is_in_the_page_and_filled_as_on_the_command_line(
    bench: Server, graph: Graph
) -> None:
    page = bench.send("GET", Accept="text/html").text
    for name in questions():
        assert f'action="./workbench/questions/{name}"' in page
    text = bench.send("GET", f"/workbench/questions/organisers?event={quote(EVENT)}").text
    whole = load_question("organisers").fill({"event": EVENT}, graph)
    assert whole.endswith(text.partition("\n")[2])
    assert text.startswith("#+ summary: Who organised an event")


@pytest.mark.server
@pytest.mark.parametrize(
    ("target", "sentence"),
    [
        ("organisers?event=Sunday+Roast", "unknown event 'Sunday Roast'"),
        ("organisers?evnt=x", "unknown parameter of organisers 'evnt'"),
        ("organizers", "unknown query 'organizers'"),
        ("organisers?event=actor:IND", "unknown event 'actor:IND'"),
    ],
)
def test_wrong_values_are_refused_with_a_sentence(
    bench: Server, target: str, sentence: str
) -> None:
    answer = bench.send("GET", f"/workbench/questions/{target}")
    assert answer.status == 400
    assert answer.text.startswith(sentence)


@pytest.mark.server
def test_no_value_of_a_form_changes_a_query(bench: Server) -> None:
    form = "/workbench/questions/network"
    plain = bench.send("GET", form).text
    refused = 0
    with closing(http.client.HTTPConnection("127.0.0.1", bench.port, timeout=HUNG)) as client:
        for value in (*values(2_000), "ALL"):
            client.request("GET", f"{form}?source={quote(value, safe='', errors='surrogatepass')}")
            answer = client.getresponse()
            text = answer.read().decode()
            if answer.status == 200:
                assert value.casefold() == "all"
                assert term_in(text, plain, "source") == "UNDEF"
            else:
                assert answer.status == 400
                assert is_sentence(text.removesuffix("\n")), value
                refused += 1
    assert refused > 1_000


@pytest.mark.server
def test_a_page_to_keep_holds_query_day_sources_and_answer(bench: Server) -> None:
    query = bench.send("GET", f"/workbench/questions/organisers?event={quote(EVENT)}").text
    page = _post(bench, "kept", query).text
    assert f"<h1>{load_question('organisers').summary}</h1>" in page
    assert "Government of India" in page
    assert "Hit and Hot News, 2025-02</li>" in page
    assert f"http://127.0.0.1:{bench.port}/sparql" in page
    assert "OPTIONAL { ?assertion aigg:anchor ?passage }" in page
    assert " on 20" in page


@pytest.mark.server
def test_nothing_in_a_page_to_keep_runs(bench: Server) -> None:
    page = _post(bench, "kept", "# <script>alert(1)</script>\nSELECT ('<b>' AS ?x) {}").text
    assert "<script" not in page
    assert "<b>" not in page
    assert "default-src &#39;none&#39;" in page


@pytest.mark.server
def test_a_picture_has_the_evidence_and_no_rights(bench: Server) -> None:
    answer = _post(bench, "picture", "CONSTRUCT WHERE { ?event aigg:venue ?venue }")
    rights = answer.headers["content-security-policy"].partition(";")[0].split()
    assert rights[0] == "sandbox"
    assert "allow-scripts" in rights
    assert "allow-same-origin" not in rights
    assert "Hit and Hot News" in answer.text


@pytest.mark.server
@pytest.mark.parametrize(
    "pattern",
    [
        'BIND ("x" AS ?source) BIND ("long ago" AS ?start)',
        'BIND (source:pib-rt2 AS ?source) BIND ("long ago" AS ?start)',
        "BIND (1 AS ?modality) BIND (2 AS ?section)",
    ],
)
def test_rows_of_whatever_kind_are_drawn(bench: Server, pattern: str) -> None:
    values = "VALUES (?subject ?relation ?object) { (aigg:a aigg:b aigg:c) (1 2 3) (UNDEF 2 3) }"
    answer = _post(bench, "picture", f"SELECT * {{ {values} {pattern} }}")
    assert answer.status == 200, answer.text


@pytest.mark.server
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("SELECT ?x {}", "A picture needs a CONSTRUCT query, or an answer with the columns"),
        ("CONSTRUCT { ?s ?p ?o } { VALUES (?s ?p ?o) {} }", "There is nothing to draw."),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "A picture holds at most 600 facts"),
        (MANY, f"A picture holds at most {MAX_PICTURE_NODES} things"),
        ("ASK {}", "A picture needs a CONSTRUCT query"),
    ],
)
def test_what_cannot_be_drawn_is_said(bench: Server, query: str, sentence: str) -> None:
    answer = _post(bench, "picture", query)
    assert answer.status == 400
    assert answer.text.startswith(sentence)


@pytest.mark.server
def test_the_words_are_those_of_the_ontology(bench: Server) -> None:
    words = json.loads(bench.send("GET", "/workbench/words").body)
    relations = {each["name"]: each for each in words["relations"]}
    assert relations["aigg:venue"]["from"] == ["aigg:Event"]
    assert relations["aigg:venue"]["note"]
    above = {each["name"]: each["above"] for each in words["classes"]}
    assert "aigg:Actor" in above["aigg:Country"]
    (india,) = [each for each in words["things"] if each[1] == "actor:IND"]
    assert india[:3] == ["India", "actor:IND", "aigg:Country"]
    assert {"Inde", "インド", "Индия"} <= {*india}


@pytest.mark.server
@pytest.mark.parametrize("method", ["PUT", "DELETE"])
def test_other_methods_are_refused(bench: Server, method: str) -> None:
    answer = bench.send(method, "/workbench/answer")
    assert (answer.status, answer.headers["allow"]) == (405, "OPTIONS, POST")
    assert answer.text == "This address accepts OPTIONS, POST.\n"


@pytest.mark.server
@pytest.mark.parametrize("name", ["static/workbench.css", "workbench.js"])
def test_files_are_compressed_once_and_not_sent_twice(bench: Server, name: str) -> None:
    plain = bench.send("GET", f"/workbench/{name}")
    packed = bench.send("GET", f"/workbench/{name}", None, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert plain.headers["content-type"] in ("text/css; charset=utf-8", JAVASCRIPT)
    known = {"If_None_Match": packed.headers["etag"], "Accept_Encoding": "gzip"}
    assert bench.send("GET", f"/workbench/{name}", None, **known).status == 304


@pytest.mark.server
def test_no_other_file_is_sent(bench: Server) -> None:
    for path in ("../app.py", "..%2fapp.py", "%2e%2e/app.py", "/etc/passwd"):
        assert bench.send("GET", f"/workbench/static/{path}").status == 404
