"""What changed between two versions, one rule a test, as data."""

from collections.abc import Iterable

import pytest
from pyoxigraph import Literal, Quad

from graph_builder.compare.diff import (
    CHANGE_TOPICS,
    NEW_GRAPH,
    OLD_GRAPH,
    Change,
    ChangeValue,
    combine_versions,
    diff,
)
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.named_questions import to_text
from graph_builder.store.graph import Graph
from tests.small_facts import FactMaker, node, read

ENDORSED = "actor:x aigg:endorsed instrument:i"
PASSAGES = ["lead"], ["lead, “a”, characters 3-9"]


def _say(fact: str, number: int = 1, **given: str) -> list[Quad]:
    """Return an assertion of a number, so that two versions can hold the same one."""
    make = FactMaker()
    for _ in range(number - 1):
        make.say(ENDORSED)
    return make.say(fact, **given)


def _short(value: ChangeValue) -> str:
    return compact(value if isinstance(value, str) else to_text(value))


def _told(changes: Iterable[Change]) -> list[tuple[object, ...]]:
    """Return changes in short: topic, kind, subject, relation, aspect, before, after."""
    return [
        (
            *(each.topic, each.kind, compact(each.subject), compact(each.relation), each.aspect),
            *([_short(value) for value in values] for values in (each.before, each.after)),
        )
        for each in changes
    ]


def _changes(old: list[Quad], new: list[Quad]) -> list[tuple[object, ...]]:
    return _told(diff(old, new).changes)


def test_nothing_changes_between_equals() -> None:
    found = diff(_say(ENDORSED), _say(ENDORSED))
    assert found.changes == ()


@pytest.mark.parametrize("kind", ["added", "removed"])
def test_a_fact_that_comes_or_goes_is_told_with_how_it_is_said(kind: str) -> None:
    versions: list[list[Quad]] = [[], _say(ENDORSED, as_of="2025")]
    old, new = versions if kind == "added" else versions[::-1]
    # its plain triple and its own description are no changes besides
    fact, *things = diff([*old, *_things()], [*new, *_things()]).changes
    assert things == []
    ends = (fact.topic, fact.kind, fact.subject, fact.relation, fact.object_, fact.source)
    assert ends == (
        *("fact", kind, expand("actor:x"), expand("aigg:endorsed")),
        *(node("instrument:i"), expand("source:s")),
    )
    assert {aspect: [*map(_short, values)] for aspect, values in fact.said.items()} == {
        "modality": ["modality:reported"],
        "standing": ["a fact"],
        "verification": ["verification:press"],
        "period": ["as of 2025"],
        "passage": ["lead"],
    }
    assert (fact.before, fact.after, fact.aspect, fact.language) == ((), (), "", "")


def _things() -> list[Quad]:
    return read("actor:x a aigg:Actor . instrument:i a aigg:PolicyInstrument .")


@pytest.mark.parametrize(
    ("more", "aspect", "before", "after"),
    [
        ('aigg:basis basis:inferred', "basis", [], ["basis:inferred"]),
        ('aigg:validFrom "2023" ; aigg:validTo "2024"', "period", [], ["from 2023 to 2024"]),
        ('aigg:asOf "2025"', "period", [], ["as of 2025"]),
        ('aigg:anchor "it did"', "passage", ["lead"], ["lead, “it did”"]),
        ("oa:start 3 ; oa:end 9", "passage", ["lead"], ["lead, characters 3-9"]),
        ('aigg:anchor "a" ; oa:start 3 ; oa:end 9', "passage", *PASSAGES),
        ('aigg:reason "so"', "reason", [], ["so"]),
        ('skos:note "n"', "note", [], ["n"]),
        ("dcterms:subject theme:t", "", [], []),
    ],
)  # fmt: skip
def test_each_aspect_that_differs_is_a_change_of_strength(
    more: str, aspect: str, before: list[str], after: list[str]
) -> None:
    fact = ("actor:x", "aigg:endorsed", aspect)
    new = _say(ENDORSED) + read(f"assertion:1 {more} .")
    assert _changes(_say(ENDORSED), new) == [("strength", "changed", *fact, before, after)]
    assert _changes(new, _say(ENDORSED)) == [("strength", "changed", *fact, after, before)]


def test_several_aspects_are_several_changes_and_standing_follows_from_modality() -> None:
    new = _say(ENDORSED, modality="denied", verification="primary")
    plain = read(f"{ENDORSED} .")
    assert _changes(_say(ENDORSED), new + plain) == [
        *(("strength", "changed", "actor:x", "aigg:endorsed", *rest) for rest in (
            ("modality", ["modality:reported"], ["modality:denied"]),
            ("verification", ["verification:press"], ["verification:primary"]),
        )),
    ]  # fmt: skip
    record = [q for q in _say(ENDORSED) if q.object != node("aigg:Affirmation")]
    ((*_, aspect, before, after),) = _changes(_say(ENDORSED), record)
    assert (aspect, before) == ("standing", ["a fact"])
    assert after not in ([], before)


def test_of_several_passages_only_those_that_differ_are_told() -> None:
    old = _say(ENDORSED) + read("assertion:1 skos:note 'both' , 'old' .")
    new = _say(ENDORSED) + read("assertion:1 skos:note 'both' , 'new' , 'and' .")
    assert [row[-3:] for row in _changes(old, new)] == [("note", ["old"], ["and", "new"])]


def test_a_value_that_takes_anothers_place_is_one_change() -> None:
    old, new = (_say(f'actor:x aigg:name "{name}"@en', n) for n, name in ((1, "A"), (2, "B")))
    (change,) = diff(old, new).changes
    assert _told([change]) == [("value", "changed", "actor:x", "aigg:name", "", ["A"], ["B"])]
    assert (change.object_, change.language, change.source) == (None, "en", expand("source:s"))
    assert [*map(_short, change.said["passage"])] == ["lead"]


@pytest.mark.parametrize(
    ("gone", "come"),
    [
        ('actor:x aigg:name "A"@en', 'actor:x aigg:name "B"@fr'),
        ('actor:x aigg:name "A"@en', 'actor:y aigg:name "B"@en'),
        ('actor:x aigg:name "A"@en', 'actor:x skos:altLabel "B"@en'),
        ("actor:x aigg:endorsed instrument:i", "actor:x aigg:endorsed instrument:j"),
    ],
)
def test_what_differs_in_more_than_its_words_is_one_gone_and_one_new(gone: str, come: str) -> None:
    kinds = [(c.topic, c.kind) for c in diff(_say(gone, 1), _say(come, 2)).changes]
    facts = [kind for topic, kind in kinds if topic == "fact"]
    assert sorted(facts) == ["added", "removed"]


def test_another_source_does_not_take_the_place_of_a_value() -> None:
    old = _say('actor:x aigg:name "A"@en', 1)
    new = _say('actor:x aigg:name "B"@en', 2, source="t")
    facts = [(c.kind, compact(c.source)) for c in diff(old, new).changes if c.topic == "fact"]
    assert sorted(facts) == [("added", "source:t"), ("removed", "source:s")]


def test_two_values_for_one_are_told_apart() -> None:
    old = _say('actor:x aigg:name "A"@en', 1)
    new = _say('actor:x aigg:name "B"@en', 2) + _say('actor:x aigg:name "C"@en', 3)
    assert [(c.kind, _short(c.object_)) for c in diff(old, new).changes] == [
        *(("removed", "A"), ("added", "B"), ("added", "C"))
    ]


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("source:s", "source"),
        ("actor:x", "thing"),
        ("theme:t", "thing"),
        ("aigg:seen", "term"),
        ("modality:new", "term"),
        ("skos:note", "thing"),
        ("graph:s", "term"),
    ],
)
def test_what_is_new_or_gone_is_told_once_by_what_it_is(name: str, topic: str) -> None:
    described = read(f'{name} a aigg:Some ; rdfs:label "x" .')
    assert _changes([], described) == [(topic, "added", name, "", "", [], [])]
    assert _changes(described, []) == [(topic, "removed", name, "", "", [], [])]


def test_what_is_new_is_new_beside_what_was_there_before() -> None:
    kept = read("actor:kept a aigg:Actor .")
    new = kept + read('actor:x a aigg:Actor ; rdfs:label "x" .')
    assert _changes(kept, new) == [("thing", "added", "actor:x", "", "", [], [])]
    assert _changes(new, kept) == [("thing", "removed", "actor:x", "", "", [], [])]


@pytest.mark.parametrize("side", [0, 1])
def test_what_an_ontology_declares_is_a_term_whoever_owns_its_name(side: int) -> None:
    declared = read("skos:note a aigg:Relation .", "graph:ontology")
    versions = [declared, [*declared, *read('skos:note rdfs:label "note" .')]]
    if side:
        versions[0] = read("skos:note a aigg:Relation .")
    told = _changes(versions[0], versions[1])
    assert told == [("term", "added", "skos:note", "rdfs:label", "", [], ["note"])]


def test_properties_of_a_thing_change_by_relation_and_language() -> None:
    old = read('actor:x rdfs:label "a"@en , "b"@fr , "u"@de ; skos:note "gone" ; aigg:alpha2 "X" .')
    new = read(
        'actor:x rdfs:label "c"@en , "b"@fr , "v"@de , "w"@de ; aigg:alpha3 "Y" ; aigg:alpha2 "X" .'
    )
    changes = diff(old, new).changes
    assert {(c.kind, compact(c.relation), c.language) for c in changes} == {
        ("removed", "skos:note", ""),
        ("changed", "rdfs:label", "en"),
        ("changed", "rdfs:label", "de"),
        ("added", "aigg:alpha3", ""),
    }
    assert len(changes) == 4
    by = {(compact(c.relation), c.language): c for c in changes}
    assert by["rdfs:label", "de"].before == (Literal("u", language="de"),)
    assert by["rdfs:label", "de"].after == tuple(Literal(x, language="de") for x in "vw")
    assert {c.topic for c in changes} == {"thing"}


def test_the_graph_of_a_source_comes_and_goes_with_it() -> None:
    link = read("graph:s prov:wasDerivedFrom source:s .")
    assert _changes([], link) == []
    assert _changes(link, []) == []
    assert _changes([], read("actor:x prov:wasDerivedFrom source:s .")) != []
    assert _changes([], read('graph:s rdfs:label "x" .')) != []


def test_two_versions_are_laid_side_by_side_whatever_graphs_they_have() -> None:
    old = Graph.wrap(read("actor:x a aigg:Actor .", "graph:one"))
    new = Graph.wrap(read("actor:y a aigg:Actor ."))
    laid = combine_versions(old, new).quads()
    assert {(q.subject, q.graph_name) for q in laid} == {
        (node("actor:x"), OLD_GRAPH),
        (node("actor:y"), NEW_GRAPH),
    }
    assert (node("graph:old"), node("graph:new")) == (OLD_GRAPH, NEW_GRAPH)
    assert diff(old, read("actor:x a aigg:Actor .")).changes == ()


def test_changes_come_by_topic_then_by_their_ends() -> None:
    new = [
        *read('aigg:seen a aigg:Relation . actor:b a aigg:Actor . source:q dcterms:title "Q" .'),
        *read("actor:a a aigg:Actor ."),
        *_say("actor:z aigg:endorsed instrument:i", 2),
        *_say("actor:y aigg:endorsed instrument:i", 3),
        *_say("actor:y aigg:endorsed instrument:h", 4),
    ]
    found = diff([], new)
    topics = [change.topic for change in found.changes]
    assert topics == sorted(topics, key=CHANGE_TOPICS.index)
    assert CHANGE_TOPICS[:3] == ("fact", "value", "strength")
    assert CHANGE_TOPICS[3:] == ("source", "thing", "term", "placement")
    assert [(compact(c.subject), _short(c.object_)) for c in found.changes[:3]] == [
        ("actor:y", "instrument:h"),
        ("actor:y", "instrument:i"),
        ("actor:z", "instrument:i"),
    ]
    things = [compact(change.subject) for change in found.changes if change.topic == "thing"]
    assert things == sorted(things)
    assert found.old.quads() == []
    assert len(found.new.quads()) == len({*new})
