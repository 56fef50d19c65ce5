"""The ontology files are complete, agree with each other and with the code."""

import re
from collections import Counter
from functools import cache

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import DC, DCTERMS, OWL, RDF, RDFS, SKOS, XSD, BNode, Graph, Literal, Namespace, URIRef

from graph_builder import __version__
from graph_builder.core.ontology import namespaces
from graph_builder.core.resources import find_data_folder
from graph_builder.core.vocabulary import BASE, NS, PREFIXES

AIGG = Namespace(NS)
SCHEMA = Namespace(PREFIXES["schema"])
HERE = URIRef(BASE + "ns")
FILES = sorted(find_data_folder("ontology").glob("**/*.ttl"))
DATATYPES = {
    *(RDF.langString, XSD.string, XSD.integer, XSD.date, XSD.gYearMonth, XSD.gYear),
    *(XSD.boolean, XSD.decimal, XSD.duration, XSD.anyURI),
}
RANKED = [AIGG.Modality, AIGG.Verification]
SCHEMES = {
    "basis": AIGG.Basis,
    "modality": AIGG.Modality,
    "rank": AIGG.StatementRank,
    "verification": AIGG.Verification,
    "theme": AIGG.PolicyTheme,
    "sector": AIGG.Sector,
    "audience": AIGG.ParticipantCategory,
    "form": AIGG.EventForm,
    "partnership": AIGG.PartnershipType,
    "status": AIGG.Status,
    "topic": AIGG.DutyTopic,
    "bearer": AIGG.DutyBearer,
}


@cache
def turtle(pattern: str) -> Graph:
    graph = Graph()
    for path in sorted(find_data_folder("ontology").glob(pattern)):
        graph.parse(path)
    return graph


def ours() -> Graph:
    return turtle("terms/*.ttl")


def concepts() -> Graph:
    return turtle("schemes/*.ttl")


def canonical_themes() -> set[URIRef]:
    members = concepts().objects(URIRef(BASE + "theme/canonical"), SKOS.member)
    return {each for each in members if isinstance(each, URIRef)}


@cache
def mapped() -> Graph:
    """Return the schemes with the mapping of themes."""
    return turtle("schemes/*.ttl") + turtle("theme-mapping.ttl")


def instances(graph: Graph, *classes: URIRef) -> list[URIRef]:
    found = {s for c in classes for s in graph.subjects(RDF.type, c) if isinstance(s, URIRef)}
    return sorted(found)


def declared(*classes: URIRef) -> list[URIRef]:
    """Return the terms of a class without those of other vocabularies."""
    return [term for term in instances(ours(), *classes) if term.startswith(NS)]


def local(iri: str) -> str:
    return re.split("[#/]", iri)[-1]


def classes() -> list[URIRef]:
    return declared(OWL.Class)


def properties() -> list[URIRef]:
    return declared(OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)


def relations() -> list[URIRef]:
    return instances(ours(), AIGG.Relation)


def shipped_concepts() -> list[URIRef]:
    return instances(concepts(), SKOS.Concept)


def test_each_file_is_the_same_for_both_parsers() -> None:
    for path in FILES:
        quads = set(parse(path=path, format=RdfFormat.TURTLE))
        assert len(quads) == len(Graph().parse(path)) > 0, path


def test_the_prefixes_agree_with_the_code() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        declared = dict(re.findall(r"^@prefix ([\w-]+): <([^>]+)> \.$", text, re.MULTILINE))
        known = declared.keys() & PREFIXES
        assert {p: declared[p] for p in known} == {p: PREFIXES[p] for p in known}, path
        body = "".join(line for line in text.splitlines(keepends=True) if line[:1] not in "@#")
        unused = [p for p in declared if not re.search(rf"(?<![\w/]){p}:", body)]
        assert unused == [], path


def test_the_header_gives_version_date_and_licence() -> None:
    header = dict(ours().predicate_objects(HERE))
    assert header[OWL.versionIRI] == URIRef(BASE + __version__)
    assert header[OWL.versionInfo] == Literal(__version__)
    assert str(header[OWL.priorVersion]).startswith(BASE)
    assert header[OWL.priorVersion] != header[OWL.versionIRI]
    dates = [header[name] for name in (DCTERMS.created, DCTERMS.issued, DCTERMS.modified)]
    assert {getattr(each, "datatype", None) for each in dates} == {XSD.dateTime}
    assert dates == sorted(dates, key=str)
    assert f"version {__version__}," in str(header[DCTERMS.bibliographicCitation])
    assert (HERE, DC.publisher, Literal("The ai-governance-graph project")) in ours()
    assert header[DCTERMS.license] == URIRef("https://creativecommons.org/licenses/by/4.0/")


def test_the_vocabulary_has_no_blank_nodes() -> None:
    assert not [term for triple in ours() for term in triple if isinstance(term, BNode)]


def test_each_term_has_label_definition_and_home() -> None:
    for term in classes() + properties():
        labels = list(ours().objects(term, RDFS.label))
        definitions = list(ours().objects(term, SKOS.definition))
        languages = [getattr(each, "language", None) for each in labels + definitions]
        assert languages == ["en", "en"], term
        assert str(definitions[0]).endswith("."), term
        assert list(ours().objects(term, RDFS.isDefinedBy)) == [HERE], term
        assert term == AIGG[local(term)]


def test_classes_begin_with_a_capital_letter_and_properties_with_a_small_one() -> None:
    assert all(local(term)[0].isupper() for term in classes())
    assert all(local(term)[0].islower() for term in properties())


def test_the_short_name_of_a_relation_is_its_own() -> None:
    names = [local(relation) for relation in relations()]
    assert len(names) == len(set(names))


def test_each_relation_says_what_it_joins() -> None:
    for relation in relations():
        domains = set(ours().objects(relation, SCHEMA.domainIncludes))
        ranges = set(ours().objects(relation, SCHEMA.rangeIncludes))
        assert domains, relation
        assert ranges, relation
        assert domains <= set(classes()), relation
        assert ranges <= DATATYPES or ranges <= set(classes()), relation
        if relation.startswith(NS):
            kind = OWL.DatatypeProperty if ranges <= DATATYPES else OWL.ObjectProperty
            assert (relation, RDF.type, kind) in ours()


def test_each_relation_has_a_noun_for_one_of_its_ends() -> None:
    """The noun is what ``aigg diff`` counts: 2 endorsers of a declaration."""
    for relation in relations():
        roles = {
            role: noun
            for role in (AIGG.subjectRole, AIGG.objectRole)
            for noun in ours().objects(relation, role)
        }
        assert [getattr(noun, "language", None) for noun in roles.values()] == ["en"], relation
        if set(ours().objects(relation, SCHEMA.rangeIncludes)) <= DATATYPES:
            assert AIGG.objectRole in roles, relation


def test_each_relation_of_things_can_be_read_from_its_object() -> None:
    """Pages and pictures write "hosted by" where they come from the event."""
    for relation in relations():
        words = list(ours().objects(relation, AIGG.inverseLabel))
        joins = not set(ours().objects(relation, SCHEMA.rangeIncludes)) <= DATATYPES
        hint = f"give {relation} an aigg:inverseLabel in terms/roles.ttl"
        assert [getattr(each, "language", None) for each in words] == ["en"] * joins, hint


def test_no_relation_reads_the_same_both_ways() -> None:
    for relation, words in ours().subject_objects(AIGG.inverseLabel):
        labels = {
            *ours().objects(relation, RDFS.label),
            *ours().objects(relation, AIGG.displayLabel),
        }
        assert words not in labels, relation


def test_a_plural_is_given_where_it_is_not_the_noun_with_an_s() -> None:
    for term, plural in ours().subject_objects(AIGG.plural):
        nouns = [
            str(noun)
            for name in (AIGG.subjectRole, AIGG.objectRole, RDFS.label)
            for noun in ours().objects(term, name)
        ]
        assert nouns, term
        assert str(plural) != nouns[0] + "s"


def test_a_relation_says_nothing_that_is_inferred_from_its_ends() -> None:
    for relation in relations():
        assert not set(ours().predicates(relation, None)) & {RDFS.domain, RDFS.range}


def test_each_concept_is_complete() -> None:
    graph = concepts()
    for concept in shipped_concepts():
        kind = concept.removeprefix(BASE).partition("/")[0]
        scheme = URIRef(BASE + kind)
        assert set(graph.objects(concept, RDF.type)) == {SKOS.Concept, SCHEMES[kind]}
        assert list(graph.objects(concept, SKOS.inScheme)) == [scheme], concept
        assert list(graph.objects(concept, RDFS.isDefinedBy)) == [scheme], concept
        labels = list(graph.objects(concept, SKOS.prefLabel))
        definitions = list(graph.objects(concept, SKOS.definition))
        languages = sorted(str(getattr(label, "language", None)) for label in labels)
        assert languages == (["en", "fr", "hi"] if concept in canonical_themes() else ["en"])
        assert [getattr(each, "language", None) for each in definitions] == ["en"], concept


def test_each_concept_is_at_the_top_or_below_another_of_its_scheme() -> None:
    for concept in shipped_concepts():
        broader = set(mapped().objects(concept, SKOS.broader))
        top = set(mapped().objects(concept, SKOS.topConceptOf))
        assert bool(broader) != bool(top), concept
        assert broader <= set(shipped_concepts())
        above = {a for b in broader for a in mapped().transitive_objects(b, SKOS.broader)}
        assert concept not in above


def test_canonical_themes_stand_in_two_levels() -> None:
    canonical = canonical_themes()
    assert len(canonical) >= 24
    for theme in canonical:
        above = canonical.intersection(concepts().objects(theme, SKOS.broader))
        assert len(above) <= 1, theme
        for parent in above:
            assert canonical.isdisjoint(concepts().objects(parent, SKOS.broader)), theme
    for label_language, script in (("fr", "[^\u0900-\u097f]+"), ("hi", "[\u0900-\u097f ,-]+")):
        labels = [
            str(label)
            for theme in canonical
            for label in concepts().objects(theme, SKOS.prefLabel)
            if getattr(label, "language", "") == label_language
        ]
        assert len({label.casefold() for label in labels}) == len(canonical)
        assert [each for each in labels if not re.fullmatch(script, each)] == []


def test_the_mapping_leads_from_wordings_to_canonical_themes() -> None:
    mapping, canonical = turtle("theme-mapping.ttl"), canonical_themes()
    themes = set(instances(concepts(), AIGG.PolicyTheme))
    assert set(mapping.predicates()) == {
        *(SKOS.broader, SKOS.exactMatch, SKOS.closeMatch, SKOS.editorialNote)
    }
    for wording in set(mapping.subjects()):
        assert wording in themes - canonical
        close = set(mapping.objects(wording, SKOS.closeMatch))
        exact = set(mapping.objects(wording, SKOS.exactMatch))
        targets = [*mapping.objects(wording, SKOS.broader), *exact, *close]
        assert set(targets) <= canonical
        assert len(targets) == len(set(targets)), wording
        assert bool(close) <= bool(set(mapping.objects(wording, SKOS.editorialNote))), wording
        assert not exact or len(targets) == 1, wording


def test_no_two_concepts_of_a_scheme_share_a_label() -> None:
    found = Counter(
        (concepts().value(c, SKOS.inScheme), str(label).lower())
        for c in shipped_concepts()
        for label in concepts().objects(c, SKOS.prefLabel)
        if getattr(label, "language", None) == "en"
    )
    assert [label for label, times in found.items() if times > 1] == []


def test_each_scheme_has_label_and_definition() -> None:
    assert instances(concepts(), SKOS.ConceptScheme) == sorted(URIRef(BASE + k) for k in SCHEMES)
    for scheme in instances(concepts(), SKOS.ConceptScheme):
        assert (scheme, SKOS.prefLabel, None) in concepts()
        assert (scheme, SKOS.definition, None) in concepts()


@pytest.mark.parametrize("class_", RANKED, ids=local)
def test_the_concepts_of_an_ordered_scheme_are_ranked_without_a_gap(class_: URIRef) -> None:
    found = instances(concepts(), class_)
    ranks = sorted(int(str(rank)) for m in found for rank in concepts().objects(m, AIGG["rank"]))
    assert ranks == list(range(1, len(found) + 1))


def test_the_members_of_a_collection_are_concepts_of_its_scheme() -> None:
    for collection in instances(concepts(), SKOS.Collection):
        members = list(concepts().objects(collection, SKOS.member))
        scheme = concepts().value(collection, RDFS.isDefinedBy)
        assert members, collection
        assert {concepts().value(m, SKOS.inScheme) for m in members} == {scheme}


def test_what_is_not_merged_is_not_done() -> None:
    def members(name: str) -> set[object]:
        return set(concepts().objects(URIRef(f"{BASE}modality/{name}"), SKOS.member))

    assert members("not-merged") < members("not-done")


def test_the_readme_names_each_file() -> None:
    text = (find_data_folder("ontology") / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([\w.-]+)` \|", text, re.MULTILINE))
    present = {
        p.name for p in find_data_folder("ontology").iterdir() if p.suffix in {".ttl", ".csv"}
    }
    assert present <= named


@pytest.mark.parametrize("class_", RANKED, ids=local)
def test_the_table_of_an_ordered_scheme_in_the_readme_is_that_of_the_scheme(class_: URIRef) -> None:
    text = (find_data_folder("ontology") / "README.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {local(class_)}\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (\d+) \| `([\w-]+)` \| (.+) \|$", section, re.MULTILINE)
    assert rows
    graph = concepts()
    assert rows == sorted(
        (
            (str(graph.value(m, AIGG["rank"])), local(m), str(graph.value(m, SKOS.definition)))
            for m in instances(graph, class_)
        ),
        key=lambda row: int(row[0]),
    )


def questions() -> list[tuple[int, str, str]]:
    """Return number, question and name of the query (empty: not yet) of the README's list."""
    text = (find_data_folder("ontology") / "README.md").read_text(encoding="utf-8")
    lines = re.findall(r"^(\d+)\. (.+) — (?:`([\w-]+)`|not yet)$", text, re.MULTILINE)
    return [(int(number), question, name) for number, question, name in lines]


def test_the_competency_questions_are_numbered_and_ask() -> None:
    numbers = [number for number, _, _ in questions()]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= 24
    for _, question, _ in questions():
        assert question.endswith("?") or "? " in question, question


def test_an_answered_question_has_its_query_and_no_two_have_the_same() -> None:
    names = [name for _, _, name in questions() if name]
    assert len(names) == len(set(names))
    assert [n for n in names if not (find_data_folder("queries") / f"{n}.rq").is_file()] == []


def test_rdflib_namespaces_hold_exactly_the_terms_of_the_ontology() -> None:
    found = namespaces()
    declared = {s for s in ours().subjects() if isinstance(s, URIRef) and s.startswith(NS)}
    assert {found["aigg"][local(s)] for s in declared} == declared
    assert {found[prefix][""] for prefix in PREFIXES if prefix != "aigg"} == {
        URIRef(space) for prefix, space in PREFIXES.items() if prefix != "aigg"
    }
    with pytest.raises(KeyError):
        found["aigg"]["leadOrganiser"]
