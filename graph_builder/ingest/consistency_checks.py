"""Checks of what facts say together: contradictions within a source, circles, unfit acts.

Each check finds what no source can mean: a fact told as done after its source was written, an act
before its text existed, a body that is a part of itself. What two sources may well say differently
is no mistake here; ``aigg disagreements`` shows it, and so do the warnings of ``aigg check``
(:mod:`~graph_builder.ingest.plausibility_warnings`).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from graph_builder.core.ontology import Ontology
from graph_builder.core.text import shorten_id
from graph_builder.core.validity_period import DateRange, is_finer_date
from graph_builder.core.vocabulary import expand
from graph_builder.ingest.checked_facts import CheckedFact
from graph_builder.ingest.datatypes import INTEGER
from graph_builder.ingest.fact_file_reader import ReadResult
from graph_builder.ingest.judgement_checks import check_judgements
from graph_builder.ingest.locations import Diagnostics
from graph_builder.ingest.model import ELLIPSIS, Fact
from graph_builder.ingest.name_checks import check_names
from graph_builder.ingest.passage_search import count_least_characters, fold_passage
from graph_builder.ingest.repeated_keys import RepeatedKeys
from graph_builder.ingest.time_checks import TimeChecker, check_plausible_year, is_dating
from graph_builder.ingest.undertaking_checks import check_undertakings, is_undertaking

#: Relations that lead from a thing to one it is a part of or comes after, and so never back to it.
ACYCLIC_RELATIONS = (
    *("parentBody", "locatedIn", "sideEventOf", "sessionOf", "editionOf", "partOf", "hasPillar"),
    *("follows", "buildsOn", "recalls", "amends", "repeals"),
)
#: Relations of the first of two dates, and of the second one, which is not before it.
ORDERED_DATES = (("startDate", "endDate"), ("adoptedOn", "inForceOn"))
_ORDERED = {name for pair in ORDERED_DATES for name in pair}
#: The vote for which an act towards a text stands; an actor has one.
VOTES = {
    **{name: name for name in ("votedFor", "votedAgainst", "abstainedOn")},
    "sponsored": "votedFor",
    "coSponsored": "votedFor",
}
#: Classes that a relation cannot join, no class for a value, and what to write instead.
IMPOSSIBLE_PAIRS = (
    (
        frozenset({"AcademicInstitution", "CivilSociety", "Company"}),
        "signed",
        frozenset({"Treaty"}),
        "only states and their organisations sign a treaty; write endorsed or supports",
    ),
    (
        frozenset({"Person"}),
        "memberOf",
        frozenset({"Bloc"}),
        "a bloc has states as members; write holderOf with the post of the person",
    ),
    (
        frozenset({"GovernmentBody", "IntergovernmentalOrganisation"}),
        "parentBody",
        frozenset({"Company"}),
        "a public body is under another public body",
    ),
    (
        frozenset({"Obligation"}),
        "imposedBy",
        frozenset({"Bill", "Code", "Declaration", "Recommendation", "Strategy"}),
        "only a law lays duties on somebody; make it a Commitment or a Directive",
    ),
    (
        frozenset({"Bill", "Declaration"}),
        "inForceOn",
        frozenset({""}),
        "only a law or treaty enters into force; write adoptedOn, or the modality intended",
    ),
)
_IMPOSSIBLE_RELATIONS = {relation for _, relation, _, _ in IMPOSSIBLE_PAIRS}
#: Modalities that name an act, and the relations whose facts may have them.
ACTS_OF_MODALITY = {
    "signed": {"signed", "adopted", "represented", "openedForSignatureAt"},
    "ratified": {"ratified"},
}
#: The collections of the statuses that things of a kind can have.
STATUSES = {
    "actor": "status:of-bodies",
    "event": "status:of-events",
    "instrument": "status:of-texts",
    "report": "status:of-texts",
    "undertaking": "status:of-undertakings",
}
#: The most things of a cycle that a message names.
MOST_SHOWN = 5
#: By how many facts endorsements outnumber signatures of a text that is not signed.
MIN_LEAD = 5
#: How much longer than its anchor a span may be: by a factor, and by a number of blanks.
MAX_SPREAD, MAX_BLANKS = 4, 100
#: The largest numbers that a relation counts to, and any other one; and relations of amounts.
MOST = {"editionNumber": 999}
MOST_COUNTED = 999_999_999
AMOUNTS = ("budget",)


#: Relations whose facts are compared by their objects: who endorsed and signed a text.
_COMPARED_BY_OBJECT = ("endorsed", "signed")


def find_compared_thing(fact: CheckedFact) -> str | None:
    """Return the thing by which facts of other sources are compared with a fact, None if none are.

    What such a fact says of the thing decides about facts that name it.
    """
    record = fact.record
    is_compared = (
        bool(record.rank)
        or is_dating(fact)
        or (
            fact.is_affirmed
            and (
                record.relation in ("postIn", *_COMPARED_BY_OBJECT, *ACYCLIC_RELATIONS)
                or is_undertaking(record)
            )
        )
    )
    if not is_compared:
        return None
    return record.object if record.relation in _COMPARED_BY_OBJECT else record.subject


class ConsistencyChecker:
    """Finds facts that cannot stand beside others or beside their source.

    The facts are iterated twice: first for what others have to be compared with.
    """

    def __init__(self, result: ReadResult, ontology: Ontology) -> None:
        """Begin without facts."""
        self.diagnostics = Diagnostics()
        self._result = result
        self._ontology = ontology
        self._classes = {each.record.id: each.record.class_ for each in result.entities}
        self._times = TimeChecker(self.diagnostics)
        self._posts: set[str] = set()
        self._uses: Counter[tuple[str, str]] = Counter()
        self._acyclic: list[CheckedFact] = []
        self._judgements: list[CheckedFact] = []
        self._undertakings: list[CheckedFact] = []

    def index_file(self, facts: Iterable[CheckedFact]) -> "_SourceChecker":
        """Keep what facts of a source are compared with; return the checker of the source."""
        source = _SourceChecker(self._ontology, self.diagnostics)
        for each in facts:
            source.index(each)
            if find_compared_thing(each) is None:
                continue
            self._times.add(each)
            fact = each.record
            if fact.rank:
                self._judgements.append(each)
            if not each.is_affirmed:
                continue
            if fact.relation == "postIn":
                self._posts.add(fact.subject)
            if fact.relation in ("endorsed", "signed"):
                self._uses[fact.relation, fact.object] += 1
            if fact.relation in ACYCLIC_RELATIONS:
                self._acyclic.append(each)
            if is_undertaking(fact):
                self._undertakings.append(each)
        source.finish_index()
        return source

    def finish_index(self) -> None:
        """Compute what needs the facts of all sources."""
        self._times.finish()

    def check_file(self, facts: Iterable[CheckedFact], source: "_SourceChecker") -> None:
        """Check the facts of a source."""
        for each in facts:
            source.check(each)
            self._times.check(each)
            self._check_modality(each)
            self._check_plausible_number(each)
            self._check_commitment(each)
            self._check_text(each)
            self._check_status(each)
            self._check_classes(each)
            self._check_post(each)
            if each.is_affirmed:
                self._check_signed_vs_endorsed(each)
        source.finish()

    def check_things(self) -> None:
        """Check what facts of all sources say of a thing, and the records of sources."""
        self._check_cycles()
        self._check_countries()
        for document in self._result.documents.values():
            if issued := DateRange.parse_or_none(document.source.date):
                check_plausible_year(issued, document.location, "date", self.diagnostics)
        findings = self.diagnostics.findings
        findings += check_judgements(self._judgements).findings
        findings += check_undertakings(self._undertakings, self._ontology.currencies).findings
        findings += check_names(self._result, self._ontology).findings

    def _check_cycles(self) -> None:
        """Report the relations that lead from a thing back to itself."""
        seen: set[frozenset[str]] = set()
        for name in ACYCLIC_RELATIONS:
            leads: dict[str, list[CheckedFact]] = defaultdict(list)
            for each in self._acyclic:
                is_self = each.record.subject == each.record.object
                if each.record.relation == name and not is_self:
                    leads[each.record.subject].append(each)
            for each in (each for found in [*leads.values()] for each in found):
                cycle = _find_cycle(each, leads)
                if cycle and frozenset(cycle) not in seen:
                    seen.add(frozenset(cycle))
                    message = f"{name} leads in a circle: {_format_path(cycle)}; delete a fact"
                    self.diagnostics.add(each.location, message, "object")

    def _check_countries(self) -> None:
        """Report a place that lies in two countries."""
        leads: dict[str, list[CheckedFact]] = defaultdict(list)
        for each in (each for each in self._acyclic if each.record.relation == "locatedIn"):
            leads[each.record.subject].append(each)
        for place, facts in leads.items():
            first, *others = ((each, self._find_countries(each, leads)) for each in facts)
            for each, countries in others:
                if countries and first[1] and countries.isdisjoint(first[1]):
                    name = shorten_id(min(first[1]))
                    message = (
                        f"{shorten_id(place)} lies in {name} by {first[0].location}; correct "
                        "one of the two"
                    )
                    self.diagnostics.add(each.location, message, "object")

    def _find_countries(
        self, fact: CheckedFact, leads: Mapping[str, list[CheckedFact]]
    ) -> frozenset[str]:
        """Return the countries to which a fact on a place leads, by way of larger places."""
        found, new = set[str](), {fact.record.object}
        while new:
            found |= new
            new = {each.record.object for name in new for each in leads.get(name, ())} - found
        return frozenset(
            name for name in found if name.removeprefix("actor:") in self._ontology.countries
        )

    def _check_text(self, checked: CheckedFact) -> None:
        """Report an id where a text is meant."""
        if not checked.relation.has_literals:
            return
        object_ = checked.record.object
        country = object_.removeprefix("actor:") in self._ontology.countries and ":" in object_
        if object_ in self._classes or country:
            message = f"{shorten_id(object_)} is an id, but {checked.record.relation} needs a text"
            self.diagnostics.add(checked.location, message, "object")

    def _check_modality(self, checked: CheckedFact) -> None:
        fact = checked.record
        relations = ACTS_OF_MODALITY.get(fact.modality)
        if relations and fact.relation not in relations:
            fitting = [name for name, acts in ACTS_OF_MODALITY.items() if fact.relation in acts]
            message = (
                f"the modality {fact.modality} does not fit {fact.relation}; "
                f"write how the source says it: {', '.join(('reported', 'agreed', *fitting))}"
            )
            self.diagnostics.add(checked.location, message, "modality")

    def _check_signed_vs_endorsed(self, checked: CheckedFact) -> None:
        """Report a signature of a text that others endorse and nobody signs, and the like."""
        fact = checked.record
        endorsed, signed = (self._uses[name, fact.object] for name in ("endorsed", "signed"))
        if fact.relation in ("signed", "ratified") and endorsed > signed + MIN_LEAD:
            message = (
                f"{shorten_id(fact.object)} has {endorsed} endorsers here, and hardly anybody "
                "signed it; write endorsed"
            )
            self.diagnostics.add(checked.location, message, "relation")

    def _check_commitment(self, checked: CheckedFact) -> None:
        """Report a commitment that a source only lists as a takeaway."""
        fact = checked.record
        if fact.modality == "takeaway" and self._classes.get(fact.object) == "Commitment":
            message = (
                f"{shorten_id(fact.object)} is a Commitment; a takeaway is none: see the classes"
            )
            self.diagnostics.add(checked.location, message, "object")

    def _check_status(self, checked: CheckedFact) -> None:
        """Report a status that things of another kind have: a pledge is never in force."""
        fact = checked.record
        kind = fact.subject.partition(":")[0]
        if fact.relation != "hasStatus" or kind not in STATUSES:
            return
        possible = self._ontology.members[STATUSES[kind]]
        if expand(fact.object) not in possible:
            names = ", ".join(sorted(iri.rpartition("/")[2] for iri in possible))
            message = (
                f"a thing of this kind cannot have {shorten_id(fact.object)}; use one of {names}"
            )
            self.diagnostics.add(checked.location, message, "object")

    def _check_classes(self, checked: CheckedFact) -> None:
        """Report an act that a thing of this class cannot do towards one of that class."""
        fact = checked.record
        if not checked.is_affirmed or fact.relation not in _IMPOSSIBLE_RELATIONS:
            return
        subject, object_ = (self._classes.get(each, "") for each in (fact.subject, fact.object))
        for subjects, relation, objects, advice in IMPOSSIBLE_PAIRS:
            if fact.relation != relation:
                continue
            if subject in subjects and object_ in objects:
                what = f"{shorten_id(fact.subject)} is a {subject}"
                what += f", and {shorten_id(fact.object)} a {object_}" if object_ else ""
                self.diagnostics.add(checked.location, f"{what}; {advice}", "relation")

    def _check_post(self, checked: CheckedFact) -> None:
        """Report that somebody holds a post of which no source says in which body it is."""
        fact = checked.record
        if fact.relation == "holderOf" and fact.object not in self._posts:
            message = f"{shorten_id(fact.object)} has no postIn; add the body in which the post is"
            self.diagnostics.add(checked.location, message, "object")

    def _check_plausible_number(self, checked: CheckedFact) -> None:
        """Report a number that nothing can have, and an amount without a number."""
        fact = checked.record
        if INTEGER in checked.relation.ranges and _is_integer(fact.object):
            most = MOST.get(fact.relation, MOST_COUNTED)
            if not 0 <= int(fact.object) <= most:
                message = f"{shorten_id(fact.object)} is not a number from 0 to {most:,}; check it"
                self.diagnostics.add(checked.location, message, "object")
        if fact.relation in AMOUNTS and not any(map(str.isdigit, fact.object)):
            message = (
                "an amount needs a number; write it in digits, with the currency: EUR 5 million"
            )
            self.diagnostics.add(checked.location, message, "object")


_Key = tuple[str, str, str]


class _SourceChecker:
    """Checks the facts of a source against each other.

    They are iterated twice. Of the first time is known what the source denies, and which keys come
    again, so that of other keys the first fact need not be kept.
    """

    def __init__(self, ontology: Ontology, diagnostics: Diagnostics) -> None:
        self._ontology = ontology
        self._diagnostics = diagnostics
        self._refused: list[tuple[_Key, CheckedFact]] = []
        self._refused_keys: set[_Key] = set()
        self._said: dict[_Key, CheckedFact] = {}
        self._repeated = RepeatedKeys()
        self._single: dict[tuple[str, str], CheckedFact] = {}
        self._anchors: dict[tuple[int, int], CheckedFact] = {}
        self._votes: dict[tuple[str, str], CheckedFact] = {}

    def index(self, checked: CheckedFact) -> None:
        """Keep what others have to be compared with."""
        fact, relation = checked.record, checked.relation
        if checked.is_affirmed:
            if relation.refusal_of:
                name = self._ontology.relations_by_iri[relation.refusal_of].name
                self._refused.append(((fact.subject, name, fact.object), checked))
            if relation.is_single_valued:
                self._repeated.add((fact.subject, fact.relation))
            if fact.relation in VOTES:
                self._repeated.add((fact.subject, fact.object))
        elif fact.modality == "denied":
            self._refused.append(((fact.subject, fact.relation, fact.object), checked))
        if fact.start is not None and fact.end is not None:
            self._repeated.add((fact.start, fact.end))

    def finish_index(self) -> None:
        """Find which keys come again."""
        self._repeated.find()
        self._refused_keys = {key for key, _ in self._refused}

    def check(self, checked: CheckedFact) -> None:
        """Check a fact against those before it, and keep it for those after it."""
        fact = checked.record
        if checked.is_affirmed:
            key = fact.subject, fact.relation, fact.object
            if key in self._refused_keys:
                self._said[key] = checked
            if checked.relation.is_single_valued:
                self._check_single_value(checked)
            if fact.relation in VOTES:
                self._check_vote(checked)
        if fact.start is not None and fact.end is not None:
            self._check_passage(checked, (fact.start, fact.end))

    def finish(self) -> None:
        """Check what needs all facts of the source, and forget them."""
        self._check_contradictions()
        self._check_order_of_dates()
        self._refused, self._said, self._single = [], {}, {}
        self._anchors, self._votes = {}, {}

    def _check_contradictions(self) -> None:
        """Report what one source says and denies, or says that an actor did and declined."""
        for key, each in self._refused:
            first = self._said.get(key)
            if first and may_be_at_once(first.record, each.record):
                message = f"the same source says the opposite in {first.location}; keep one of them"
                self._diagnostics.add(each.location, message, "relation")

    def _check_single_value(self, checked: CheckedFact) -> None:
        """Report two values of one source where a thing has one."""
        fact = checked.record
        key = fact.subject, fact.relation
        if not (self._repeated.has(key) or fact.relation in _ORDERED):
            return
        first = self._single.setdefault(key, checked)
        if not may_be_equal(first.record.object, fact.object):
            message = f"the same source gives another value in {first.location}; keep one of them"
            self._diagnostics.add(checked.location, message, "object")

    def _check_order_of_dates(self) -> None:
        """Report an end before the start and the like."""
        for first_name, second_name in ORDERED_DATES:
            for (thing, relation), each in self._single.items():
                start = self._single.get((thing, first_name))
                if relation != second_name or not start:
                    continue
                end, begin = (DateRange.parse_or_none(fact.record.object) for fact in (each, start))
                if end and begin and end.last < begin.first:
                    what = "ends before it begins"
                    if second_name != "endDate":
                        what = f"{second_name} is before {first_name}"
                    message = f"{what} ({start.record.object})"
                    self._diagnostics.add(each.location, message, "object")

    def _check_passage(self, checked: CheckedFact, span: tuple[int, int]) -> None:
        """Report two wordings for one span of the text of a source, and a span of another length.

        A span may hold more characters than its anchor where the text has blanks or line breaks.
        """
        length = span[1] - span[0]
        anchor = checked.record.anchor or ""
        if count_least_characters(anchor) > length:
            letters = sum(map(len, anchor.replace(ELLIPSIS, " ").split()))
            message = f"the anchor has {letters} characters, but start and end are for {length}"
            self._diagnostics.add(checked.location, message, "end")
        elif ELLIPSIS not in anchor and length > MAX_SPREAD * len(anchor) + MAX_BLANKS:
            message = (
                f"the anchor has {len(anchor)} characters, but start and end are for {length}; "
                f"correct them, or write the first words {ELLIPSIS} the last words"
            )
            self._diagnostics.add(checked.location, message, "end")
        if not self._repeated.has(span):
            return
        first = self._anchors.setdefault(span, checked)
        if fold_passage(first.record.anchor or "") != fold_passage(anchor):
            message = f"other words are at this place in {first.location}; correct one of them"
            self._diagnostics.add(checked.location, message, "anchor")

    def _check_vote(self, checked: CheckedFact) -> None:
        """Report two votes of one actor on one text, or a sponsor who does not vote for it."""
        fact = checked.record
        key = fact.subject, fact.object
        if not self._repeated.has(key):
            return
        first = self._votes.setdefault(key, checked)
        is_other = VOTES[first.record.relation] != VOTES[fact.relation]
        if is_other and may_be_at_once(first.record, fact):
            message = f"the same source has {first.record.relation} in {first.location}"
            advice = "keep one, or date both"
            self._diagnostics.add(checked.location, f"{message}; {advice}", "relation")


def may_be_equal(one: str, other: str) -> bool:
    """Return whether two values may be one: equal, or a date and its month or year."""
    return one == other or is_finer_date(one, other) or is_finer_date(other, one)


def _is_integer(text: str) -> bool:
    """Return whether a text is a whole number."""
    return text.removeprefix("-").isdecimal()


def may_be_at_once(one: Fact, other: Fact) -> bool:
    """Return whether two facts may speak of the same time: unless both have other dates."""
    first, second = (each.from_ or each.as_of for each in (one, other))
    return not (first and second) or first == second


def _find_cycle(start: CheckedFact, leads: dict[str, list[CheckedFact]]) -> list[str]:
    """Return the things on a path from the object of a fact back to its subject, or none."""
    goal = start.record.subject
    paths = [[goal, start.record.object]]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == goal:
            return path
        if path[-1] not in seen:
            seen.add(path[-1])
            paths += [[*path, each.record.object] for each in leads.get(path[-1], ())]
    return []


def _format_path(things: list[str]) -> str:
    """Return things with arrows between them, the first and the last ones of many."""
    shown = [shorten_id(thing) for thing in things]
    if len(shown) > MOST_SHOWN:
        shown = [*shown[: MOST_SHOWN - 1], "…", shown[-1]]
    return " > ".join(shown)
