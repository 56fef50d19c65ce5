"""What fact files state that have changed, checked without reading any other file.

What other files state is looked up in a database: the facts with which those of the changed files
have to be compared, and those whose checks depend on what has changed. On these the usual checks
run. They find a mistake if and only if the checks of all files would find one, since each fact that
they look at has all facts beside it with which it is compared
(:func:`~graph_builder.ingest.consistency_checks.find_compared_thing`). Where a change may reach
further, as a judgement or a theme does, or where there is a mistake, all files are to be read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from graph_builder.core.ontology import Ontology
from graph_builder.ingest.checked_facts import collect_checked_facts
from graph_builder.ingest.consistency_checks import find_compared_thing
from graph_builder.ingest.expected_counts import check_expected_counts
from graph_builder.ingest.fact_database import FactDatabase, StoredFact
from graph_builder.ingest.fact_file_reader import (
    ReadResult,
    SourceDocument,
    merge_declarations,
    read_fact_files,
)
from graph_builder.ingest.fact_files import check_facts
from graph_builder.ingest.list_names import is_json_list
from graph_builder.ingest.locations import Diagnostics, Location
from graph_builder.ingest.model import Entity, Fact, Source
from graph_builder.ingest.name_checks import check_names
from graph_builder.ingest.private_data_checks import check_private_data
from graph_builder.ingest.record_validation import LocatedRecord
from graph_builder.ingest.reference_checks import check_references
from graph_builder.ingest.source_independence import check_origins, find_origins
from graph_builder.ingest.text_spans import check_span_ends

#: If changed files have or had more facts, or more others are to be checked, all files are read.
MAX_FACTS = 5_000


@dataclass(frozen=True)
class ChangedFacts:
    """What changed files state now, and what they stated before.

    ``removed`` are the numbers of the files that changed or are gone; ``result`` is what was read
    of those that are there. ``origins`` are those of all sources. ``entities`` are the declarations
    of the things that either names or declares, as all files together have them now.
    """

    removed: frozenset[int]
    before: Mapping[str, SourceDocument]
    result: ReadResult
    origins: Mapping[str, str]
    entities: Mapping[str, Entity]
    redeclared: frozenset[str]


def read_changed_facts(
    database: FactDatabase, files: Sequence[str], changed: Iterable[str], ontology: Ontology
) -> ChangedFacts | None:
    """Return what the changed of all fact files state, or None if all are to be read.

    ``files`` are the paths of all fact files in their order; ``changed`` are those that were
    written to, are new or are gone.
    """
    known, names = database.load_files(), frozenset(changed)
    if database.count_facts(known[path] for path in names & known.keys()) > MAX_FACTS:
        return None
    return _ChangeReader(database, files, names, ontology).read()


class _ChangeReader:
    """Reads and checks changed files."""

    def __init__(
        self,
        database: FactDatabase,
        files: Sequence[str],
        changed: frozenset[str],
        ontology: Ontology,
    ) -> None:
        self._database = database
        self._ontology = ontology
        self._order = {path: place for place, path in enumerate(files)}
        self._known = database.load_files()
        self._paths = {number: path for path, number in self._known.items()}
        self._removed = frozenset(self._known[path] for path in changed & self._known.keys())
        self._result = read_fact_files([Path(path) for path in files if path in changed])
        self._before = database.load_documents(self._removed)
        self._origins = database.load_origins()

    def read(self) -> ChangedFacts | None:
        """Return the change if it has no mistake and reaches no further."""
        if not self._is_alone() or self._has_judged_facts():
            return None
        declared = self._compare_declarations()
        origins = self._find_origins()
        if declared is None or origins is None:
            return None
        checked = self._collect_facts()
        if checked is None or self._has_mistake(checked):
            return None
        names = {*declared, *self._list_names()}
        entities = merge_declarations(self._load_declarations(names))
        return ChangedFacts(
            self._removed,
            self._before,
            self._result,
            origins,
            {name: each.record for name, each in entities.items()},
            frozenset(declared),
        )

    def _is_alone(self) -> bool:
        """Return whether the files are whole, and no other file has their lists or ids."""
        result, database = self._result, self._database
        is_large = sum(map(len, result.facts.values())) > MAX_FACTS
        if result.diagnostics.findings or not result.complete or is_large:
            return False
        lists = [str(path) for path in result.lists]
        has_names = bool(result.mapped_files) or any(map(is_json_list, lists))
        if has_names or database.has_names(self._removed):
            return False
        gone = {self._paths[number] for number in self._removed}
        owners = {*database.find_owners(lists).values()} - {None}
        if not owners <= gone:
            return False
        others = self._origins.keys() - self._before.keys()
        return others.isdisjoint(result.documents)

    def _has_judged_facts(self) -> bool:
        """Return whether there is a judgement on a fact of the files, or among these."""
        judged = self._database.load_judged()
        return any(
            fact.rank or (fact.subject, fact.relation) in judged for fact in self._iter_facts()
        )

    def _iter_facts(self) -> Iterable[Fact]:
        """Yield the facts of the files, then those they had."""
        yield from (each.record for facts in self._result.facts.values() for each in facts)
        yield from (each.record for document in self._before.values() for each in document.facts)

    def _list_names(self) -> set[str]:
        """Return the ends of all facts that the files have or had."""
        return {name for fact in self._iter_facts() for name in (fact.subject, fact.object)}

    def _load_declarations(self, names: Iterable[str] | None) -> list[LocatedRecord[Entity]]:
        """Return the declarations of things, by default of all, as they are now, in order."""
        database = self._database
        stored = database.load_entities() if names is None else database.load_entities_named(names)
        found = [(self._paths[n], each) for n, each in stored if n not in self._removed]
        owners = {str(listed): str(path) for listed, path in self._result.lists.items()}
        wanted = None if names is None else {*names}
        found += [
            (owners.get(each.location.file, each.location.file), each)
            for each in self._result.entities
            if wanted is None or each.record.id in wanted
        ]
        return [each for _, each in sorted(found, key=lambda pair: self._order[pair[0]])]

    def _compare_declarations(self) -> set[str] | None:
        """Return the ids that the files declare otherwise than before, None if that is far."""
        numbers = f"file IN ({', '.join(map(str, sorted(self._removed)))})"
        before = _group_by_id(each for _, each in self._database.load_entities(numbers))
        now = _group_by_id(self._result.entities)
        is_moved = {self._paths[each] for each in self._removed} != {*map(str, self._result.facts)}
        changed = {
            name
            for name in before.keys() | now.keys()
            if is_moved or before.get(name) != now.get(name)
        }
        ends = (each for found in (before, now) for name in changed for each in found.get(name, ()))
        if any(each.is_theme for each in ends):
            return None
        if not changed:
            return changed
        classes = [
            {each.record.id: each.record.class_ for each in found}
            for found in (
                [each for _, each in self._database.load_entities_named(changed)],
                self._load_declarations(changed),
            )
        ]
        reclassed = {name for name in changed if len({each.get(name) for each in classes}) > 1}
        if self._database.is_any_mentioned(reclassed, without=self._removed):
            return None
        whole = ReadResult(entities=self._load_declarations(None))
        found = check_references(whole, self._ontology), check_names(whole, self._ontology)
        is_far = self._database.has_names() or any(each.findings for each in found)
        return None if is_far else changed

    def _find_origins(self) -> Mapping[str, str] | None:
        """Return the origins of all sources, None if one rests on what it cannot."""
        before, now = (
            {name: _list_reporters(each.source) for name, each in documents.items()}
            for documents in (self._before, self._result.documents)
        )
        if before == now:
            return self._origins
        nowhere = Location("", {})
        documents = {
            name: SourceDocument(source, nowhere, ())
            for name, source in self._database.load_sources().items()
            if name not in self._before
        }
        documents |= self._result.documents
        if check_origins(ReadResult(documents=documents)).findings:
            return None
        return find_origins(documents)

    def _collect_facts(self) -> list[StoredFact] | None:
        """Return the facts of other files to check beside those of the changed ones.

        These are the facts whose checks depend on what has changed and, step by step, those with
        which all these are compared. None if they are too many.
        """
        before = ReadResult(documents=dict(self._before))
        before.facts = {each.path: each.facts for each in self._before.values()}
        old, new = (_list_compared(each, self._ontology) for each in (before, self._result))
        changed = {thing for thing in old.keys() | new.keys() if old.get(thing) != new.get(thing)}
        found: dict[tuple[int, int], StoredFact] = {}
        for each in self._database.load_facts_about(self._find_dependents(changed), MAX_FACTS + 1):
            found[each[:2]] = each
        names, known = self._list_names(), set[str]()
        new_facts = [*found.values()]
        while True:
            names |= {end for each in new_facts for end in _list_ends(each)}
            if not (names - known) or len(found) > MAX_FACTS:
                break
            stored = self._database.load_compared(names - known, MAX_FACTS + 1)
            known |= names
            new_facts = [each for each in stored if each[:2] not in found]
            found |= {each[:2]: each for each in new_facts}
        if len(found) > MAX_FACTS:
            return None
        return [each for each in found.values() if each.file not in self._removed]

    def _find_dependents(self, things: set[str]) -> set[str]:
        """Return things, and those on which facts depend on them: texts adopted at an event."""
        found, new = set(things), things
        while new:
            new = self._database.find_dependents(new) - found
            found |= new
        return found

    def _has_mistake(self, beside: Iterable[StoredFact]) -> bool:
        """Return whether the facts of the changed files have a mistake, or others now have."""
        result = self._build_result(beside)
        found = [
            check_facts(result, self._ontology),
            check_private_data(replace(self._result, diagnostics=Diagnostics())),
            *map(check_span_ends, self._result.documents.values()),
            check_expected_counts(
                replace(result, documents=self._result.documents), self._ontology
            ),
        ]
        return any(each.findings for each in found)

    def _build_result(self, beside: Iterable[StoredFact]) -> ReadResult:
        """Return the facts of the changed files and those beside them, by file in their order."""
        facts: dict[str, list[LocatedRecord[Fact]]] = {}
        for each in sorted(beside, key=lambda each: each[:2]):
            facts.setdefault(self._paths[each.file], []).append(each.located)
        whole = {Path(path): tuple(each) for path, each in facts.items()} | self._result.facts
        numbers = (self._known[path] for path in facts)
        documents = self._database.load_documents(numbers, with_facts=False)
        names = {
            end
            for part in whole.values()
            for each in part
            for end in (each.record.subject, each.record.object)
        }
        return ReadResult(
            entities=self._load_declarations(names),
            documents=documents | self._result.documents,
            facts=dict(sorted(whole.items(), key=lambda item: self._order[str(item[0])])),
        )


def _list_reporters(source: Source) -> tuple[str | None, ...]:
    """Return what decides the origins of a source and of those that rest on it."""
    return source.rests_on, source.origin, source.publisher


def _group_by_id(entities: Iterable[LocatedRecord[Entity]]) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for each in entities:
        found.setdefault(each.record.id, []).append(each.record)
    return found


def _list_compared(result: ReadResult, ontology: Ontology) -> dict[str, list[object]]:
    """Return what decides the checks of other facts, by the thing under which it is compared."""
    found: dict[str, list[object]] = {}
    for facts in collect_checked_facts(result, ontology).values():
        for each in facts:
            if (thing := find_compared_thing(each)) is not None:
                found.setdefault(thing, []).append((each.record, each.issued))
    return found


def _list_ends(each: StoredFact) -> tuple[str, str]:
    return each.located.record.subject, each.located.record.object
