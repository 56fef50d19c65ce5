"""Bring the store of a compiled graph up to date with the fact files that changed.

A store in the cache says what each fact file stated. Only files that changed are read and compiled;
the new store shares the files of the earlier one, and differs from it in the quads that change. It
holds what a build of all files would. Where a change may reach further, the caller builds all.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from pyoxigraph import Store

from graph_builder.core.errors import ReadError
from graph_builder.core.ontology import load_ontology
from graph_builder.ingest.changed_facts import ChangedFacts, read_changed_facts
from graph_builder.ingest.fact_database import (
    MAX_FACTS,
    FactDatabase,
    InputFile,
    write_fact_database,
)
from graph_builder.ingest.fact_files import read_with_shipped_facts
from graph_builder.ingest.quad_builder import compile_facts
from graph_builder.ingest.quad_groups import format_nquads
from graph_builder.ingest.source_independence import find_origins
from graph_builder.store.cached_stores import CachedStore
from graph_builder.store.disk_store import FACTS_FILE, INDEX_FILE, open_store
from graph_builder.store.graph import Graph
from graph_builder.store.graph_update import QuadChanges, apply_quad_changes, find_quad_changes
from graph_builder.store.index_update import update_index
from graph_builder.store.loading import load_nquads
from graph_builder.store.stored_index import open_index

#: If more fact files changed, all are read.
MAX_CHANGED_FILES = 100
#: After so many updates all is made anew, for what an update removes leaves some bytes in a store.
MAX_UPDATES = 200
_FACT_FILE = ".yaml"


#: Writes what fact files state to a new file.
WriteFacts = Callable[[Path], None]


def build_tracked(
    facts: Sequence[Path], stamps: Mapping[str, str], ontology_folder: Path
) -> tuple[Graph, WriteFacts | None]:
    """Return the graph of the shipped and given facts, and what writes down what these state.

    That is None for very many facts. ``stamps`` are those of all files that decide the graph.
    Raises FactsError and ReadError as a build does.
    """
    digests = {path: _compute_digest(path) for path in stamps}
    result, ontology = read_with_shipped_facts(facts), load_ontology()
    groups = compile_facts(result.build_fact_base(), ontology, ontology_folder)
    graph = load_nquads(format_nquads(groups))
    if sum(map(len, result.facts.values())) > MAX_FACTS:
        return graph, None
    inputs = [InputFile(path, stamp, digests[path]) for path, stamp in stamps.items()]
    origins = find_origins(result.documents)
    return graph, partial(
        write_fact_database, result=result, ontology=ontology, origins=origins, inputs=inputs
    )


def update_graph(place: CachedStore, earlier: Path, roots: Sequence[Path]) -> Graph | None:
    """Return the graph of fact files by way of an earlier store, None if all are to be read.

    ``roots`` are the folders and files of facts, in the order in which they are read.
    """
    if not place.wait_until_settled() or _overlap(roots):
        return None
    with suppress(ReadError, sqlite3.Error):
        engine = open_store(earlier)
        path = engine.index.with_name(FACTS_FILE) if engine.index else None
        if path is None or open_index(path.with_name(INDEX_FILE)) is None:
            return None
        with closing(FactDatabase(path)) as database:
            update = _Update(database, place.stamps, roots)
            has_room = database.count_updates() < MAX_UPDATES
            changes = has_room and update.find_changes(engine.store)
        return place.derive(earlier, update.apply) if changes else None
    return None


class _Update:
    """What changes in a store with the files that changed since it was made."""

    def __init__(
        self, database: FactDatabase, stamps: Mapping[str, str], roots: Sequence[Path]
    ) -> None:
        self._database = database
        self._stamps = stamps
        self._roots = roots
        self._known = database.load_inputs()
        self._gone = self._known.keys() - stamps.keys()
        self._written = [
            InputFile(path, stamp, _compute_digest(path))
            for path, stamp in stamps.items()
            if path not in self._known or self._known[path].stamp != stamp
        ]
        self._facts: ChangedFacts | None = None
        self._quads: QuadChanges | None = None

    def find_changes(self, store: Store) -> bool:
        """Return whether it was found what changes."""
        ontology = load_ontology()
        files = self._find_changed_files()
        if files is None or len(files) > MAX_CHANGED_FILES:
            return False
        self._facts = read_changed_facts(self._database, self._list_fact_files(), files, ontology)
        if self._facts is None or not self._has_named_lists(self._facts):
            return False
        self._quads = find_quad_changes(self._facts, self._database, store, ontology)
        return self._quads is not None

    def apply(self, store: Store, folder: Path) -> int:
        """Change a store, and what is beside it; return by how many quads it has grown."""
        facts, quads = self._facts, self._quads
        if facts is None or quads is None:
            return 0
        apply_quad_changes(store, quads)
        update_index(folder / INDEX_FILE, store, quads.removed, quads.added)
        with closing(FactDatabase(folder / FACTS_FILE, is_written=True)) as database:
            for number in facts.removed:
                database.remove_file(number)
            database.set_inputs(self._written, self._gone)
            database.add_result(facts.result, load_ontology(), facts.origins)
            database.set_origins(facts.origins)
            database.add_update()
        return len(quads.added) - len(quads.removed)

    def _find_changed_files(self) -> set[str] | None:
        """Return the fact files of which anything changed, None if any other file did."""
        changed = self._gone | {
            each.path
            for each in self._written
            if each.path not in self._known or self._known[each.path].digest != each.digest
        }
        owners = self._database.find_owners(changed)
        found = {owner for owner in owners.values() if owner is not None}
        for path in changed - {path for path, owner in owners.items() if owner is not None}:
            if path in owners or not self._is_fact_input(path) or Path(path).is_symlink():
                return None
            if path.endswith(_FACT_FILE):
                found.add(path)
        return found

    def _is_fact_input(self, path: str) -> bool:
        return any(_is_below(path, root) for root in self._roots)

    def _list_fact_files(self) -> list[str]:
        """Return the paths of the fact files that are read, in their order."""
        known = self._database.load_files()
        read = sorted(
            path
            for path in self._stamps
            if path.endswith(_FACT_FILE) and (path in known or path not in self._known)
        )
        return [path for root in self._roots for path in read if _is_below(path, root)]

    def _has_named_lists(self, facts: ChangedFacts) -> bool:
        """Return whether all lists that the changed files had, and those that are new, are named.

        What is wrong about others is told by a build of all.
        """
        named = {str(path) for path in (*facts.result.lists, *facts.result.facts)}
        had = self._database.list_inputs_of(facts.removed)
        new = (each.path for each in self._written if each.path not in self._known)
        return {path for path in (*had, *new) if path in self._stamps} <= named


def _is_below(path: str, root: Path) -> bool:
    """Return whether a file is in a folder, or is the file itself."""
    if str(root) == os.curdir:
        return not Path(path).is_absolute()
    return path == str(root) or path.startswith(f"{root}{os.sep}")


def _overlap(roots: Sequence[Path]) -> bool:
    """Return whether a folder of facts is inside another one, so that files may be read twice."""
    places = [f"{os.path.realpath(root)}{os.sep}" for root in roots]
    return any(one is not other and one.startswith(other) for one in places for other in places)


def _compute_digest(path: str) -> bytes:
    """Return the digest of a file, of nothing if it cannot be read."""
    try:
        return hashlib.sha256(Path(path).read_bytes()).digest()
    except OSError:
        return b""
