"""Upload a graph to a server: replace each named graph and the merged graph.

All graphs are first sent to staging graphs and then moved to their places by one SPARQL 1.1 Update
request. Where a server cannot do that, each graph is replaced in its place, one after another. In
both cases a marker (see ``upload_marker``) says from the first change to the last that the upload
is not finished. The merged graph goes to the server's default graph, or to ``graph:merged`` if the
default graph cannot be written, is the union of all graphs, or contains other data.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad, Triple

from graph_builder.core.errors import ReadError
from graph_builder.core.vocabulary import MERGED_GRAPH, PREFIXES, expand
from graph_builder.store.graph import Graph
from graph_builder.store.graph_writers import SparqlUpdater, find_writer
from graph_builder.store.http_client import RETRY_STATUSES, ServerError
from graph_builder.store.remote_engine import RemoteEngine
from graph_builder.store.upload_marker import Upload, find_upload_iri

#: The key of the merged graph among graphs by name.
_MERGED = ""


@dataclass(frozen=True)
class UploadResult:
    """What was done: numbers of graphs and quads sent, where the merge is, graphs left unchanged.

    ``merged`` is "" if the quads have no default graph, so that none was replaced. ``at_once`` is
    false if the server cannot move graphs, so that they were replaced one after another.
    ``repaired`` is when the upload began whose remains were removed, or "".
    """

    graphs: int
    quads: int
    merged: str
    foreign: tuple[str, ...]
    at_once: bool
    repaired: str


def check_is_complete(graph: Graph) -> None:
    """Raise ReadError if a graph is on a server to which an upload is not finished."""
    if isinstance(graph.engine, RemoteEngine) and graph.engine.unfinished_upload:
        raise ReadError(
            f"{graph.engine.client.url}: an upload is not finished, so nothing was read"
        )


def upload_graph(quads: Iterable[Quad], url: str) -> UploadResult:
    """Replace graphs on a server by those of the quads and return what was done.

    ``url`` is the address for queries. Other graphs on the server stay and are listed in the
    result. What an upload that was cut off has left is removed. If two uploads overlap, the one
    that began last wins. Raises ReadError if there are no quads, if the server cannot be reached or
    refuses, or if another upload takes over.
    """
    by_graph: dict[str, set[Triple]] = defaultdict(set)
    for quad in quads:
        named = quad.graph_name
        by_graph[named.value if isinstance(named, NamedNode) else _MERGED].add(quad.triple)
    if not by_graph:
        raise ReadError("the graph is empty, so nothing was uploaded")
    graphs = {name: sorted(by_graph[name], key=str) for name in sorted(by_graph)}
    return _GraphUpload(RemoteEngine(url), graphs).run()


def _is_default_foreign(remote: RemoteEngine, earlier: Sequence[Upload]) -> bool:
    """Return whether the default graph contains data that is not a merged graph of this project.

    A merged graph has affirmations or, where sources state no facts, what graphs of this project
    have. What an unfinished upload has left there does not show it, so its marker says it.
    """
    if earlier:
        return any(upload.is_default_foreign for upload in earlier)
    anything, affirmation = "?s ?p ?o", f"?s a <{expand('aigg:Affirmation')}>"
    ours = f'FILTER(STRSTARTS(STR(?g), "{PREFIXES["graph"]}"))'
    other = f"{anything} FILTER NOT EXISTS {{ GRAPH ?g {{ {anything} }} {ours} }}"
    matches = remote.matches_default_graph
    return matches(anything) and not matches(affirmation) and matches(other)


class _OvertakenError(ReadError):
    """Another upload began and removed the marker of this one."""


class _GraphUpload:
    """An upload of graphs by name to a server."""

    def __init__(self, remote: RemoteEngine, graphs: dict[str, list[Triple]]) -> None:
        """Find out how to write; raises ReadError, with nothing sent, if no SPARQL is answered."""
        self._remote = remote
        self._graphs = graphs
        self._earlier = remote.list_unfinished_uploads()
        #: The names of graphs of uploads that this one takes over from.
        self._remains: set[str] = set()
        self._upload = Upload(is_default_foreign=_is_default_foreign(remote, self._earlier))
        numbered = enumerate(graphs)
        self._staging = {name: self._upload.name_staging_graph(str(i)) for i, name in numbered}
        self._updater = SparqlUpdater(remote.client)
        self._writer = find_writer(remote.client, self._updater)

    def run(self) -> UploadResult:
        """Replace the graphs and return what was done."""
        self._remains = {*self._remote.list_upload_graphs()}
        with ExitStack() as undo:
            undo.callback(self._withdraw)
            can_move = self._write_marker()
            self._take_over()
            place = self._choose_merged_graph()
            if can_move:
                self._fill_staging_graphs()
            self._check_in_force()
            undo.pop_all()
        merged = self._replace(place, can_move=can_move)
        self._drop_remains()
        foreign = {*self._remote.list_graphs()} - self._graphs.keys() - {MERGED_GRAPH}
        return UploadResult(
            graphs=len(self._graphs),
            quads=sum(map(len, self._graphs.values())),
            merged=merged,
            foreign=tuple(sorted(foreign)),
            at_once=can_move,
            repaired=self._earlier[0].format_begin() if self._earlier else "",
        )

    def _write_marker(self) -> bool:
        """Write the marker by moving it to its place, and return whether the server can do that."""
        marker, staged = self._upload.build_marker(), self._upload.name_staging_graph("marker")
        self._writer.replace_graph(staged, marker)
        try:
            self._updater.run([_format_move(staged, self._upload.iri)])
        except ServerError as error:
            if error.status in RETRY_STATUSES:
                raise
        if self._is_in_force():
            return True
        self._writer.replace_graph(self._upload.iri, marker)
        self._writer.drop_graph(staged)
        return False

    def _take_over(self) -> None:
        """Drop the graphs of other uploads.

        Of two uploads that begin at the same moment, so that neither is known to the other, the one
        whose IRI sorts later gives way.
        """
        others = {*self._remote.list_upload_graphs()}
        others -= {self._upload.iri, self._upload.name_staging_graph("marker")}
        rivals = {find_upload_iri(name) for name in others}
        rivals -= {find_upload_iri(name) for name in self._remains}
        if min(rivals, default=self._upload.iri) < self._upload.iri:
            self._writer.drop_graph(self._upload.iri)
            raise _OvertakenError(
                f"{self._remote.client.url}: another upload began at the same moment and goes on; "
                "this one changed nothing"
            )
        for name in sorted(others):
            self._writer.drop_graph(name)
        self._remains |= others

    def _choose_merged_graph(self) -> str:
        """Return the graph for the merge: the default graph if it is free and apart from others."""
        is_union = self._remote.matches_default_graph(f"<{self._upload.iri}> ?p ?o")
        return MERGED_GRAPH if self._upload.is_default_foreign or is_union else _MERGED

    def _fill_staging_graphs(self) -> None:
        for name, triples in self._graphs.items():
            self._writer.replace_graph(self._staging[name], triples)

    def _replace(self, place: str, *, can_move: bool) -> str:
        """Put the graphs in their places, remove the marker, and say where the merged graph is."""
        try:
            place = self._move_graphs(place) if can_move else self._write_graphs(place)
        except _OvertakenError:
            raise
        except ReadError as error:
            raise ReadError(
                f"{error}; the graphs on the server may be in part old and in part new, which "
                "readers are told until an upload succeeds"
            ) from error
        return (place or "default graph") if _MERGED in self._graphs else ""

    def _move_graphs(self, place: str) -> str:
        """Move all graphs to their places and return that of the merged graph."""
        try:
            self._updater.run(self._list_moves(place))
        except ServerError as error:
            self._check_in_force()
            if place == MERGED_GRAPH or error.status in RETRY_STATUSES:
                raise
            place = MERGED_GRAPH
            self._updater.run(self._list_moves(place))
        return place

    def _list_moves(self, place: str) -> list[str]:
        """Return the operations that end an upload; the first is refused if the place is."""
        places = {name: name or place for name in self._graphs}
        moves = [_format_move(self._staging[name], place) for name, place in places.items()]
        if _MERGED in places and not place:
            moves.append(f"DROP SILENT GRAPH <{MERGED_GRAPH}>")
        return [*moves, f"DROP SILENT GRAPH <{self._upload.iri}>"]

    def _write_graphs(self, place: str) -> str:
        """Replace one graph after another and return the place of the merged graph."""
        for name, triples in self._graphs.items():
            if name:
                self._writer.replace_graph(name, triples)
            else:
                place = self._write_merged_graph(place, triples)
            self._check_not_mixed()
        self._writer.drop_graph(self._upload.iri)
        return place

    def _write_merged_graph(self, place: str, merge: list[Triple]) -> str:
        if place != MERGED_GRAPH:
            try:
                self._writer.replace_graph(place, merge)
            except ServerError as error:
                if error.status in RETRY_STATUSES:
                    raise
            else:
                self._writer.drop_graph(MERGED_GRAPH)
                return place
        self._writer.replace_graph(MERGED_GRAPH, merge)
        return MERGED_GRAPH

    def _is_in_force(self) -> bool:
        """Return whether the marker is on the server."""
        return self._remote.matches_graph(self._upload.iri)

    def _check_in_force(self) -> None:
        if not self._is_in_force():
            raise _OvertakenError(
                f"{self._remote.client.url}: another upload to it began while this one ran, and "
                "takes its place"
            )

    def _check_not_mixed(self) -> None:
        """Put the marker back and raise ReadError if another upload began before the last write."""
        if not self._is_in_force():
            self._writer.replace_graph(self._upload.iri, self._upload.build_marker())
            raise ReadError(f"{self._remote.client.url}: another upload to it ran at the same time")

    def _withdraw(self) -> None:
        """Remove the graphs of this upload, which has changed no others.

        If an earlier one was cut off, the marker stays, since other graphs may be half replaced.
        """
        with suppress(ReadError):
            is_marker_kept = self._remains and self._is_in_force()
            for name in self._remote.list_upload_graphs():
                is_own = find_upload_iri(name) == self._upload.iri
                if is_own and not (is_marker_kept and name == self._upload.iri):
                    self._writer.drop_graph(name)

    def _drop_remains(self) -> None:
        """Drop what uploads that this one took over from may have written since."""
        iris = {find_upload_iri(name) for name in self._remains}
        for name in self._remote.list_upload_graphs():
            if find_upload_iri(name) in iris:
                self._writer.drop_graph(name)


def _format_move(name: str, place: str) -> str:
    """Return an operation that moves a graph, so that it replaces another; "" is the default."""
    return f"MOVE GRAPH <{name}> TO " + (f"GRAPH <{place}>" if place else "DEFAULT")
