"""Values of parameters as terms: what is taken, what is refused, and which thing a name means."""

import pytest

from graph_builder.core.errors import QueryError, UnknownNameError
from graph_builder.core.vocabulary import compact, expand
from graph_builder.query.parameters import ParameterKind, format_sparql_term, resolve_entity
from graph_builder.store.graph import Graph
from tests.small_facts import read

K = ParameterKind
NAMES = """
  actor:council skos:prefLabel "The Council"@en ; aigg:name "Rada"@uk .
  actor:council-two skos:prefLabel "Council of Two"@en ; skos:altLabel "Twin" .
  event:council skos:prefLabel "The Council"@en .
  source:council dcterms:title "The Council" .
  source:paper dcterms:title "Rare Paper" .
  aigg:rare rdfs:label "Rare Paper" .
  aigg:code rdfs:label "twn"@en .
  actor:TWN skos:prefLabel "Far Land"@en ; aigg:alpha3 "TWN" ; aigg:alpha2 "TW" .
  actor:twin skos:prefLabel "Other"@en .
  <http://example.org/x> rdfs:label "Foreign" . <http://example.org/y> rdfs:label "Far Land" .
  theme:a skos:prefLabel "Same"@en . theme:b skos:prefLabel "Same"@fr .
"""


@pytest.fixture(scope="module")
def named() -> Graph:
    """Return a graph of names alone."""
    return Graph.wrap(read(NAMES))


@pytest.mark.parametrize(
    ("value", "kind", "term"),
    [
        ('say "so"', K.TEXT, '"say \\"so\\""'),
        ("", K.TEXT, '""'),
        ("EN", K.LANGUAGE, '"en"'),
        ("fr-CA", K.LANGUAGE, '"fr-ca"'),
        ("sgn-be-fr", K.LANGUAGE, '"sgn-be-fr"'),
        ("2025", K.DATE, '"2025"^^xsd:gYear'),
        ("2025-02", K.DATE, '"2025-02"^^xsd:gYearMonth'),
        ("2024-02-29", K.DATE, '"2024-02-29"^^xsd:date'),
        ("-12", K.INTEGER, "-12"),
        ("9" * 18, K.INTEGER, "9" * 18),
        ("ALL", K.THING_OR_ALL, "UNDEF"),
        ("all", K.THING_OR_ALL, "UNDEF"),
        ("All", K.DATE_OR_ALL, "UNDEF"),
        ("2025-02", K.DATE_OR_ALL, '"2025-02"^^xsd:gYearMonth'),
        ("actor:council", K.THING_OR_ALL, "<https://w3id.org/aigg/actor/council>"),
        ("actor:council", K.ACTOR, "<https://w3id.org/aigg/actor/council>"),
        ("The Council", K.EVENT, "<https://w3id.org/aigg/event/council>"),
        ("http://example.org/x", K.EVENT, "<http://example.org/x>"),
    ],
)
def test_a_value_that_fits_its_kind_is_a_term(
    value: str, kind: ParameterKind, term: str, named: Graph
) -> None:
    assert format_sparql_term(value, kind, named) == term


@pytest.mark.parametrize(
    ("value", "kind", "reason"),
    [
        ("a\\b", K.TEXT, "backslash or a control character"),
        ("a\nb", K.TEXT, "backslash or a control character"),
        ("a\x7fb", K.TEXT, "backslash or a control character"),
        ("a\x1fb", K.TEXT, "backslash or a control character"),
        ("a\ud800b", K.TEXT, "backslash or a control character"),
        ("e", K.LANGUAGE, "'e' is not a language tag such as en"),
        ("en_GB", K.LANGUAGE, "is not a language tag such as en"),
        ("english", K.LANGUAGE, "is not a language tag such as en"),
        ("en-", K.LANGUAGE, "is not a language tag such as en"),
        ("25", K.DATE, "'25' is not a date such as 2025-02-10, 2025-02 or 2025"),
        ("2025-2-1", K.DATE, "is not a date such as 2025-02-10, 2025-02 or 2025"),
        ("2025-02-10-11", K.DATE, "is not a date such as"),
        ("2025-02-30", K.DATE, "'2025-02-30' is no"),
        ("2025-13", K.DATE, "'2025-13' is no"),
        ("\uff12\uff10\uff12\uff15", K.DATE, "is not a date such as"),
        ("1.5", K.INTEGER, "'1.5' is not a whole number"),
        ("+1", K.INTEGER, "is not a whole number"),
        ("9" * 19, K.INTEGER, "is not a whole number"),
        ("\u0663", K.INTEGER, "is not a whole number"),
        ("actor:none", K.ACTOR, "unknown actor 'actor:none'"),
        ("actor:none", K.THING_OR_ALL, "unknown thing 'actor:none'"),
        ("everything", K.THING_OR_ALL, "unknown thing 'everything'"),
        ("event:council", K.ACTOR, "unknown actor 'event:council'"),
        ("all", K.THING, "unknown thing 'all'"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_would(
    value: str, kind: ParameterKind, reason: str, named: Graph
) -> None:
    with pytest.raises(QueryError if kind in _LITERALS else UnknownNameError) as refused:
        format_sparql_term(value, kind, named)
    assert reason in str(refused.value)


_LITERALS = (K.TEXT, K.LANGUAGE, K.DATE, K.INTEGER)


@pytest.mark.parametrize(
    ("value", "kind", "thing"),
    [
        ("actor:council", K.THING, "actor:council"),
        ("https://w3id.org/aigg/actor/council", K.THING, "actor:council"),
        ("http://example.org/x", K.THING, "http://example.org/x"),
        ("Foreign", K.ACTOR, "http://example.org/x"),
        ("Far Land", K.THING, "actor:TWN"),
        ("the council", K.ACTOR, "actor:council"),
        ("The Council", K.EVENT, "event:council"),
        ("RADA", K.THING, "actor:council"),
        ("council of two", K.THING, "actor:council-two"),
        # a source is meant where nothing else has the name, then a term, then an id or code
        ("Rare Paper", K.THING, "source:paper"),
        ("TWN", K.THING, "aigg:code"),
        ("tw", K.THING, "actor:TWN"),
        ("TWN", K.ACTOR, "actor:TWN"),
        ("Twin", K.THING, "actor:council-two"),
        ("council-two", K.ACTOR, "actor:council-two"),
    ],
)
def test_a_name_means_the_one_thing_that_has_it_in_the_nearest_way(
    value: str, kind: ParameterKind, thing: str, named: Graph
) -> None:
    assert compact(resolve_entity(value, named, kind)) == thing


def test_a_name_of_several_things_is_refused_with_all_of_them(named: Graph) -> None:
    with pytest.raises(QueryError) as refused:
        resolve_entity("same", named)
    assert not isinstance(refused.value, UnknownNameError)
    assert "'same' " in str(refused.value)
    assert "Same (theme:a) or Same (theme:b); " in str(refused.value)
    with pytest.raises(QueryError, match=r"The Council \(actor:council\) or ") as refused:
        resolve_entity("The Council", named)
    assert "(event:council)" in str(refused.value)
    assert "source:council" not in str(refused.value)


@pytest.mark.parametrize(
    "value", ["http://[x", "https://a b", "http://", "nope:x", "actor:a/b", ":"]
)
def test_what_is_no_iri_is_an_unknown_name(value: str, named: Graph) -> None:
    with pytest.raises(UnknownNameError, match=r"^unknown thing '"):
        resolve_entity(value, named)


def test_an_unknown_name_gets_the_nearest_of_its_kind_each_thing_once(named: Graph) -> None:
    with pytest.raises(UnknownNameError) as refused:
        resolve_entity("The Counci", named, K.ACTOR)
    assert str(refused.value).startswith(
        "unknown actor 'The Counci'; did you mean The Council (actor:council)"
    )
    assert "event:council" not in str(refused.value)
    assert str(refused.value).count("(actor:council)") == 1


def test_a_long_name_is_cut_in_a_proposal() -> None:
    graph = Graph.wrap(read(f'actor:x skos:prefLabel "{"long name " * 9}"' + " ."))
    with pytest.raises(UnknownNameError, match=r"long name… \(actor:x\)\?$"):
        resolve_entity("long name " * 8 + "long nam", graph)


def test_an_iri_of_the_house_says_of_which_kind_it_is() -> None:
    graph = Graph.wrap(read("event:x a aigg:Event . <http://a/x> a aigg:Event ."))
    assert resolve_entity(expand("event:x"), graph, K.EVENT) == expand("event:x")
    assert resolve_entity("http://a/x", graph, K.THEME) == "http://a/x"
    with pytest.raises(UnknownNameError):
        resolve_entity(expand("event:x"), graph, K.THEME)
