"""The questions about texts, bodies and series: what is known of the world, and what is not."""

from collections.abc import Iterable
from itertools import combinations

import pytest
from pyoxigraph import RdfFormat, parse

from graph_builder.core import vocabulary as v
from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.query.named_questions import ask
from graph_builder.query.parameters import ParameterKind, format_sparql_term
from graph_builder.store.graph import Graph
from graph_builder.store.snapshot import select

PREFIXES = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in v.PREFIXES.items())


def _graph(*statements: str) -> Graph:
    """Return a graph of facts ``subject predicate object``, each as a triple and its affirmation.

    Behind a bar stands what else the record says; ``~ intended`` makes it a record only.
    """
    lines = [PREFIXES, 'source:s dcterms:issued "2026-01-31"^^xsd:date .']
    for number, statement in enumerate(statements):
        fact, _, more = statement.partition(" | ")
        triple, _, modality = fact.partition(" ~ ")
        subject, predicate, object_ = triple.split(" ", 2)
        lines.append("" if modality else f"{triple} .")
        lines.append(
            f"assertion:a{number} a aigg:{'Assertion' if modality else 'Affirmation'} ; "
            f"rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {object_} ; "
            f"aigg:section 'a' ; prov:wasDerivedFrom source:s ; aigg:verification verification:x ; "
            f"aigg:modality modality:{modality or 'reported'} {more} ."
        )
    return Graph.wrap(parse("\n".join(lines), format=RdfFormat.TURTLE))


def _dated(**dates: str) -> str:
    kinds = {4: "gYear", 7: "gYearMonth", 10: "date"}
    terms = {"since": "validFrom", "until": "validTo", "on": "asOf"}
    return " | " + " ".join(
        f'; aigg:{terms[name]} "{date}"^^xsd:{kinds[len(date)]}' for name, date in dates.items()
    )


def _column(rows: Iterable[dict[str, str]], name: str) -> list[str]:
    return [v.compact(row[name]) for row in rows]


def test_the_uk_and_the_us_declined_in_paris_and_of_five_others_nothing_is_recorded(
    graph: Graph,
) -> None:
    answers: dict[str, set[str]] = {}
    for row in ask(graph, "endorsed-one-only"):
        answers.setdefault(v.compact(row["actor"]), set()).add(row["answer"])
    declined = {actor for actor, said in answers.items() if said == {"declined", "denied"}}
    assert declined == {"actor:GBR", "actor:USA"}
    assert set(answers) - declined == {f"actor:{c}" for c in ("ARE", "ISR", "PHL", "SAU", "TUR")}
    assert all(answers[actor] == {"not recorded"} for actor in set(answers) - declined)


def test_who_signed_one_text_and_did_not_endorse_another(graph: Graph) -> None:
    treaty, other = "Council of Europe Framework Convention on AI", "instrument:paris-statement"
    rows = ask(graph, "endorsed-one-only", one=treaty, other=other)
    assert set(_column(rows, "relation")) == {"aigg:signed"}
    behind = _column(ask(graph, "supporters", text=other), "actor")
    signed = _column(ask(graph, "supporters", text=treaty), "actor")
    assert _column(rows, "actor") != []
    assert set(_column(rows, "actor")) == set(signed) - set(behind)


def test_of_twenty_signatories_of_the_convention_the_european_union_has_ratified(
    graph: Graph,
) -> None:
    rows = ask(graph, "signed-not-ratified")
    assert len({row["actor"] for row in rows}) == 19
    assert "actor:european-union" not in {v.compact(row["actor"]) for row in rows}
    assert {row["answer"] for row in rows} == {"not recorded"}


def test_what_a_source_says_came_about_is_not_announced_only(graph: Graph) -> None:
    things = {v.compact(row["thing"]) for row in ask(graph, "announced-only")}
    came_about = {
        "actor:indo-french-centre-for-ai-in-health",
        "actor:us-caisi",
        "undertaking:white-house-voluntary-ai-commitments",
    }
    assert things & came_about == set()
    assert things >= {"undertaking:microsoft-global-south"}


def test_what_only_the_editors_infer_came_about_is_announced_only(graph: Graph) -> None:
    begun = "undertaking:investai aigg:hasStatus status:started"
    assert graph.query(f"ASK {{ GRAPH graph:inferred {{ {begun} }} }}")
    assert not graph.query(f"ASK {{ {begun} }}")
    things = {v.compact(row["thing"]) for row in ask(graph, "announced-only")}
    assert things >= {"undertaking:investai", "undertaking:investai-gigafactories"}


def test_of_a_treaty_sources_say_that_it_is_not_in_force_yet(graph: Graph) -> None:
    rows = ask(graph, "treaties")
    assert "aigg:inForceOn" not in {v.compact(row["relation"]) for row in rows}
    assert "status:adopted" in {v.compact(row["value"]) for row in rows}


@pytest.mark.slow
def test_who_had_signed_a_treaty_by_a_day_is_counted(graph: Graph) -> None:
    counts = {
        day: {int(row["signatories"]) for row in ask(graph, "treaties", day=day)}
        for day in ("2024-09-04", "2024-09-05", "all")
    }
    assert counts == {"2024-09-04": {0}, "2024-09-05": {10}, "all": {20}}
    assert [*ask(graph, "treaties", day="2024-05-16")] == []
    assert {row["signatories"] for row in ask(graph, "treaties", day="2040")} == {"20"}
    at = select(graph, at="2024-09-05")
    assert [*ask(at, "treaties")] == [*ask(graph, "treaties", day="2024-09-05")]


def test_who_ratified_is_left_out_and_who_intends_to_is_told() -> None:
    text = "instrument:t"
    small = _graph(
        *(f"actor:{country} aigg:signed {text}" for country in ("FRA", "GBR", "IND")),
        f"actor:FRA aigg:ratified {text}",
        f"actor:IND aigg:ratified {text} ~ intended",
    )
    rows = ask(small, "signed-not-ratified", treaty=text)
    assert [(v.compact(row["actor"]), row["answer"]) for row in rows] == [
        ("actor:GBR", "not recorded"),
        ("actor:IND", "intended"),
    ]


def test_a_source_may_deny_or_plan_a_support() -> None:
    small = _graph(
        *(
            f"actor:{country} aigg:endorsed instrument:a"
            for country in ("FRA", "GBR", "IND", "USA")
        ),
        "actor:FRA aigg:endorsed instrument:b ~ denied",
        "actor:GBR aigg:declinedToEndorse instrument:b",
        "actor:IND aigg:declinedToEndorse instrument:b ~ intended",
        "actor:USA aigg:endorsed instrument:b",
    )
    rows = ask(small, "endorsed-one-only", one="instrument:a", other="instrument:b")
    assert [(v.compact(row["actor"]), row["answer"]) for row in rows] == [
        ("actor:GBR", "declined"),
        ("actor:FRA", "denied"),
        ("actor:IND", "not recorded"),
    ]


def test_a_late_accession_rests_on_the_day_of_the_act(graph: Graph) -> None:
    rows = ask(graph, "joined-late")
    late = {v.compact(r["actor"]): r["from"] for r in rows if r["answer"] == "yes"}
    assert late == {"actor:NZL": "2024-10-23", "actor:CAN": "2025-02", "actor:JPN": "2025-02"}
    unknown = [row for row in rows if row["answer"] == "not known"]
    assert {row["from"] for row in unknown} == {""}
    later = _column((r for r in unknown if "frontier" in r["what"]), "actor")
    assert later == ["actor:01-ai", "actor:magic", "actor:minimax", "actor:nvidia"]
    added = _column((r for r in unknown if "new-delhi" in r["what"]), "actor")
    assert added == ["actor:BGD", "actor:CRI", "actor:GTM"]


@pytest.mark.parametrize(
    ("joined", "answer"),
    [
        ({"since": "2025-03-02"}, "yes"),
        ({"since": "2025-04"}, "yes"),
        ({"since": "2025-03"}, None),
        ({"since": "2025-03-01"}, None),
        ({"since": "2025"}, None),
        ({"on": "2025-03-02"}, "not known"),
        ({"on": "2025"}, None),
        ({}, None),
    ],
)
def test_late_is_what_is_certainly_later_than_the_start(
    joined: dict[str, str], answer: str | None
) -> None:
    small = _graph(
        "instrument:t aigg:adoptedAt event:e" + _dated(since="2025-03-01"),
        "actor:IND aigg:endorsed instrument:t" + (_dated(**joined) if joined else ""),
    )
    found = [row["answer"] for row in ask(small, "joined-late")]
    assert found == ([] if answer is None else [answer])


def test_a_body_starts_with_its_founding_and_a_treaty_with_its_opening(graph: Graph) -> None:
    starts = {v.compact(r["what"]): r["start"] for r in ask(graph, "joined-late")}
    assert starts["actor:global-partnership-on-ai"] == "2020-06-15"
    assert starts["instrument:council-of-europe-convention-on-ai"] == "2024-09-05"


def test_only_countries_have_a_hindi_label_and_none_has_a_german_one(graph: Graph) -> None:
    hindi = set(_column(ask(graph, "labels-missing", language="hi"), "class"))
    assert "aigg:Country" not in hindi
    assert {"aigg:Company", "aigg:PolicyTheme"} <= hindi
    german = _column(ask(graph, "labels-missing", language="DE"), "class")
    assert german.count("aigg:Country") == len({*_countries(graph)})
    english = ask(graph, "labels-missing", language="en")
    french = ("actor:dge", "actor:universite-de-technologie-de-troyes")
    assert {v.compact(row["thing"]) for row in english} > {*french}  # so named in French only


def _countries(graph: Graph) -> list[str]:
    answer = graph.query("SELECT ?c WHERE { ?c a aigg:Country }")
    return [str(row[0].value) for row in answer]  # type: ignore[union-attr]


def test_a_name_in_the_language_is_shown_where_a_source_has_one(graph: Graph) -> None:
    names = {v.compact(r["thing"]): r["name"] for r in ask(graph, "labels-missing")}
    assert names["event:ai-action-summit-2025"] == "Sommet pour l'action sur l'IA"
    assert names["actor:oecd"] == ""


def test_the_themes_of_the_summits(graph: Graph) -> None:
    rows = ask(graph, "themes-over-editions")
    editions = list(dict.fromkeys(_column(rows, "edition")))
    assert editions == [
        "event:ai-safety-summit-2023",
        "event:ai-seoul-summit-2024",
        "event:ai-action-summit-2025",
        "event:ai-impact-summit-2026",
    ]
    assert {r["change"] for r in rows if "2023" in r["edition"]} == {"none recorded"}
    seoul = {(v.compact(r["theme"]), r["change"]) for r in rows if "seoul" in r["edition"]}
    assert seoul == {
        (f"theme:{t}", "first recorded") for t in ("ai-safety", "ai-innovation", "inclusivity")
    }
    kept = {(v.compact(r["theme"]), v.compact(r["wording"])) for r in rows if r["change"] == "kept"}
    assert kept == {
        ("theme:ai-innovation", "theme:innovation-and-culture"),
        ("theme:ai-innovation", "theme:resilient-efficient-and-innovative-ai-systems"),
        ("theme:public-interest-ai", "theme:economic-growth-and-social-good"),
        ("theme:trust-in-ai", "theme:secure-and-trusted-ai"),
    }
    assert ask(graph, "themes-over-editions", event="AI Seoul Summit 2024") == rows


def test_a_theme_is_kept_new_or_dropped_and_a_text_adopted_there_counts() -> None:
    small = _graph(
        *(f"event:{e} rdf:type aigg:Event" for e in ("one", "two", "three")),
        "event:two aigg:follows event:one",
        "event:three aigg:follows event:two",
        "event:three aigg:follows event:one",
        "event:one aigg:hasTheme theme:safety",
        "event:one aigg:discussed theme:trust",
        "instrument:t aigg:adoptedAt event:two",
        "instrument:t aigg:promotes theme:safety",
        "event:two aigg:hasTheme theme:access",
    )
    rows = ask(small, "themes-over-editions", event="event:three")
    found = [
        tuple(_column([row], c)[0] for c in ("edition", "theme", "change", "of")) for row in rows
    ]
    assert found == [
        ("event:one", "theme:safety", "first recorded", "event:one"),
        ("event:one", "theme:trust", "first recorded", "event:one"),
        ("event:three", "", "none recorded", ""),
        ("event:two", "theme:access", "new", "event:two"),
        ("event:two", "theme:safety", "kept", "instrument:t"),
        ("event:two", "theme:trust", "dropped", "event:one"),
    ]


def test_themes_are_kept_by_their_meaning_and_recur_under_a_broader_one() -> None:
    small = _graph(
        *(f"event:{e} rdf:type aigg:Event" for e in ("one", "two", "three")),
        "event:two aigg:follows event:one",
        "event:three aigg:follows event:two",
        "event:one aigg:hasTheme theme:safety",
        "event:two aigg:hasTheme theme:safe-systems",
        "event:three aigg:hasTheme theme:cyber-security",
        "event:three aigg:hasTheme theme:unfiled",
        "theme:safety aigg:canonicalTheme theme:ai-safety",
        "theme:safe-systems aigg:canonicalTheme theme:ai-safety",
        "theme:cyber-security aigg:canonicalTheme theme:ai-security",
        *(f"theme:{t} skos:broader theme:trust" for t in ("ai-safety", "ai-security")),
        *(f"theme:canonical skos:member theme:{t}" for t in ("ai-safety", "ai-security", "trust")),
    )
    rows = ask(small, "themes-over-editions", event="event:three")
    found = {
        tuple(_column([row], c)[0] for c in ("edition", "theme", "wording", "change"))
        for row in rows
    }
    assert found == {
        ("event:one", "theme:ai-safety", "theme:safety", "first recorded"),
        ("event:two", "theme:ai-safety", "theme:safe-systems", "kept"),
        ("event:three", "theme:ai-security", "theme:cyber-security", "new"),
        ("event:three", "theme:unfiled", "theme:unfiled", "new"),
        ("event:three", "theme:ai-safety", "theme:safe-systems", "dropped"),
    }
    recurring = ask(small, "recurring-themes", event="event:one")
    assert [
        tuple(_column([row], c)[0] for c in ("theme", "editions", "edition", "wording"))
        for row in recurring
    ] == [
        ("theme:trust", "3", "event:one", "theme:safety"),
        ("theme:trust", "3", "event:three", "theme:cyber-security"),
        ("theme:trust", "3", "event:two", "theme:safe-systems"),
        ("theme:ai-safety", "2", "event:one", "theme:safety"),
        ("theme:ai-safety", "2", "event:two", "theme:safe-systems"),
    ]


def test_a_bridge_is_the_only_one_in_both_groups() -> None:
    members = {"a": "123", "b": "345", "c": "567", "d": "6789"}
    small = _graph(
        *(f"actor:p{m} aigg:memberOf actor:{body}" for body, all_ in members.items() for m in all_)
    )
    rows = ask(small, "bridges", least="3")
    assert [tuple(_column([row], c)[0] for c in ("actor", "one", "other")) for row in rows] == [
        ("actor:p3", "actor:a", "actor:b"),
        ("actor:p5", "actor:b", "actor:c"),
    ]
    assert ask(small, "bridges", least="4") == []


def test_states_that_act_together_do_so_as_the_lists_say(graph: Graph) -> None:
    texts: dict[str, set[str]] = {}
    answer = graph.query("SELECT ?c ?t WHERE { ?c aigg:endorsed|aigg:signed ?t ; a aigg:Country }")
    for country, text in answer:  # type: ignore[union-attr]
        texts.setdefault(str(country.value), set()).add(str(text.value))
    expected = {
        (one, other): len(texts[one] & texts[other])
        for one, other in combinations(sorted(texts), 2)
        if len(texts[one] & texts[other]) >= 5
    }
    rows = ask(graph, "act-together", least="5")
    assert {(row["one"], row["other"]): int(row["texts"]) for row in rows} == expected
    assert len(rows) == len(expected)
    assert all(row["which"].split("; ") == sorted(row["which"].split("; ")) for row in rows)
    both = ask(graph, "shared-texts", one="Canada", other="Ukraine")
    assert (
        len({row["text"] for row in both}) == expected[v.expand("actor:CAN"), v.expand("actor:UKR")]
    )


def test_canada_stands_behind_every_text_and_the_uk_declined_one(graph: Graph) -> None:
    rows = ask(graph, "in-every-text")
    assert _column((row for row in rows if not row["lacking"]), "state") == ["actor:CAN"]
    uk = [row for row in rows if row["state"].endswith("/GBR")]
    assert [(v.compact(r["lacking"]), r["answer"]) for r in uk] == [
        ("instrument:paris-statement", "declined")
    ]


@pytest.mark.parametrize(
    ("dates", "day", "answer"),
    [
        ({"on": "2025-03-01"}, "2025-03-01", "yes"),
        ({"on": "2025-03-01"}, "2025-03-02", "not known"),
        ({"on": "2025-03-01"}, "2025-02-28", "not known"),
        ({"on": "2025"}, "2025-03-01", "not known"),
        ({"on": "2025"}, "2025", "yes"),
        ({"on": "2025-03-01"}, "2025", "yes"),
        ({"on": "2025"}, "2025-03", "not known"),
        ({"since": "2025-03-01"}, "2025-02-28", "no"),
        ({"since": "2025-03-01"}, "2025-03", "yes"),
        ({"since": "2025-03"}, "2025-03-10", "not known"),
        ({"since": "2025-03"}, "2025-04-10", "yes"),
        ({"since": "2025-03"}, "2024", "no"),
        ({"since": "2025-03"}, "2026-01-31", "yes"),
        ({"since": "2025-03"}, "2026-02-01", "not known"),
        ({"since": "2025-03", "on": "2025-06"}, "2025-12-01", "not known"),
        ({"since": "2020", "until": "2022"}, "2021-05-05", "yes"),
        ({"since": "2020", "until": "2022"}, "2022-05-05", "not known"),
        ({"since": "2020", "until": "2022"}, "2023-01-01", "no"),
        ({"until": "2022"}, "2023", "no"),
        ({"until": "2022"}, "2022", "yes"),
        ({"until": "2022"}, "2021", "not known"),
        ({}, "2022", "not known"),
    ],
)
def test_membership_on_a_date_is_yes_no_or_not_known(
    dates: dict[str, str], day: str, answer: str
) -> None:
    small = _graph("actor:IND aigg:memberOf actor:x" + (_dated(**dates) if dates else ""))
    rows = ask(small, "members-on", body="actor:x", date=day)
    assert [row["answer"] for row in rows] == [answer]


def test_a_record_that_answers_makes_an_open_one_needless_and_contradicts_another() -> None:
    small = _graph(
        "actor:IND aigg:memberOf actor:x" + _dated(on="2024"),
        "actor:IND aigg:foundingMemberOf actor:x" + _dated(on="2020-06-15"),
        "actor:IND aigg:memberOf actor:x" + _dated(since="2021"),
        "actor:IND aigg:chairs actor:x" + _dated(on="2020-06-15"),
    )
    rows = ask(small, "members-on", body="actor:x", date="2020-06-15")
    assert [row["answer"] for row in rows] == ["yes", "no"]
    rows = ask(small, "members-on", body="actor:x", date="2020-06-16")
    assert [row["answer"] for row in rows] == ["no"]


def test_gpai_had_fifteen_members_at_its_founding_and_fourteen_are_open(graph: Graph) -> None:
    answers = [row["answer"] for row in ask(graph, "members-on")]
    assert answers.count("yes") == 15
    assert answers.count("not known") == 14
    in_2024 = ask(graph, "members-on", date="2024")
    assert len([row for row in in_2024 if row["answer"] == "yes"]) == 29


def test_a_timeline_tells_plans_from_what_is_done(graph: Graph) -> None:
    swiss = ask(graph, "timeline", actor="Switzerland")
    planned = [row for row in swiss if row["done"] == "no"]
    assert [(v.compact(r["object"]), r["dated"]) for r in planned] == [
        ("event:ai-summit-2027", "as of")
    ]
    done = {v.compact(row["relation"]) for row in swiss if row["done"] == "yes"}
    assert {"aigg:endorsed", "aigg:signed", "aigg:foundingMemberOf"} <= done


def test_a_timeline_holds_foundation_posts_names_and_chairs(graph: Graph) -> None:
    founded = ask(graph, "timeline", actor="actor:inesia")
    days = [(r["date"], r["done"]) for r in founded if r["dated"] == "on"]
    assert days == [("2025-01-31", "no"), ("2025-02-03", "yes")]
    posts = ask(graph, "timeline", actor="Henri Verdier")
    assert {"aigg:holderOf", "aigg:coChaired"} <= set(_column(posts, "relation"))
    renamed = ask(graph, "timeline", actor="actor:uk-ai-security-institute")
    assert ("until", "UK AI Safety Institute") in {(r["dated"], r["object"]) for r in renamed}


@pytest.mark.parametrize("actor", ["India", "France", "actor:us-caisi"])
def test_a_timeline_goes_forward_and_the_day_of_a_report_is_told_apart(
    actor: str, graph: Graph
) -> None:
    rows = ask(graph, "timeline", actor=actor)
    dates = [row["date"] for row in rows]
    assert dates
    assert dates == sorted(dates)
    assert {row["dated"] for row in rows} <= {"from", "on", "event", "as of", "until"}


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ("2025-02-10", '"2025-02-10"^^xsd:date'),
        ("2025-02", '"2025-02"^^xsd:gYearMonth'),
        ("2025", '"2025"^^xsd:gYear'),
    ],
)
def test_a_date_has_the_datatype_of_its_precision(value: str, literal: str, graph: Graph) -> None:
    assert format_sparql_term(value, ParameterKind.DATE, graph) == literal


@pytest.mark.parametrize(
    "value", ["2025-13", "0000", "25", "2025-", "2025-02-", "2025-2", "20250210"]
)
def test_what_is_no_date_is_refused(value: str, graph: Graph) -> None:
    with pytest.raises(QueryError, match=r"is not|is no"):
        format_sparql_term(value, ParameterKind.DATE, graph)


def test_a_text_is_asked_for_by_name_and_nothing_else_is_one(graph: Graph) -> None:
    assert ask(graph, "supporters", text="bletchley declaration") == ask(graph, "supporters")
    with pytest.raises(UnknownNameError, match="unknown instrument"):
        ask(graph, "supporters", text="India")
