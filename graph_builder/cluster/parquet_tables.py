"""Write a graph as Parquet tables, for engines that spread their work over machines.

Each value is an RDF term as N-Triples writes it (``<https://w3id.org/aigg/actor/IND>``,
``"2025-02-10"^^<http://www.w3.org/2001/XMLSchema#date>``), so that nothing is lost and quads are
written by joining values. What a row has not is null. Rows are written as the engine finds them, in
groups, so that memory does not grow with the graph.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pyoxigraph import QueryResultsFormat

from graph_builder.core.errors import LibraryError, ReadError
from graph_builder.core.text import quote
from graph_builder.core.vocabulary import INFERRED_GRAPH, MERGED_GRAPH, SET_ASIDE_GRAPH
from graph_builder.store.graph import Graph, GraphLike

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

#: The properties of an assertion by the columns that hold them; the first three are its fact.
ASSERTION_PROPERTIES = {
    "subject": "rdf:subject",
    "relation": "rdf:predicate",
    "object": "rdf:object",
    "source": "prov:wasDerivedFrom",
    "section": "aigg:section",
    "passage": "aigg:anchor",
    "start": "oa:start",
    "end": "oa:end",
    "valid_from": "aigg:validFrom",
    "valid_to": "aigg:validTo",
    "as_of": "aigg:asOf",
    "quoted_from": "prov:wasQuotedFrom",
    "modality": "aigg:modality",
    "basis": "aigg:basis",
    "verification": "aigg:verification",
    "gives_rank": "aigg:givesRank",
    "statement_rank": "aigg:statementRank",
    "ranked_by": "aigg:rankedBy",
    "reason": "aigg:reason",
    "note": "skos:note",
}
_FACT = ("subject", "relation", "object")
#: The columns of an edge: an assertion of the merged graph whose object is a thing.
EDGE_COLUMNS = (
    *("subject", "relation", "object", "assertion", "source", "modality", "basis"),
    *("verification", "valid_from", "standing"),
)
_CLASSES_OF_ASSERTIONS = "aigg:Assertion, aigg:Affirmation, aigg:SetAside"
_FACT_PATTERN = " ".join(f"?assertion {ASSERTION_PROPERTIES[name]} ?{name} ." for name in _FACT)
_OTHERS = " ".join(
    f"OPTIONAL {{ ?assertion {path} ?{name} }}"
    for name, path in ASSERTION_PROPERTIES.items()
    if name not in _FACT
)
_STANDING = (
    "OPTIONAL { ?assertion a ?standing FILTER (?standing IN (aigg:Affirmation, aigg:SetAside)) }"
)
_DERIVED_GRAPHS = f"<{SET_ASIDE_GRAPH}>, <{MERGED_GRAPH}>"
_KEPT_APART = "GRAPH graph:inferred"
_PROPERTY_LIST = ", ".join(ASSERTION_PROPERTIES.values())
#: What no row of ``assertions`` has; where assertions have IRIs of others, more than that.
_IS_REST = f"""
  FILTER (!COALESCE(STRSTARTS(STR(?subject), STR(assertion:)), false)
          || ?predicate NOT IN ({_PROPERTY_LIST}, rdf:type)
          || (?predicate = rdf:type && ?object NOT IN ({_CLASSES_OF_ASSERTIONS}))
          || NOT EXISTS {{ {{ ?subject rdf:predicate ?any }}
                         UNION {{ {_KEPT_APART} {{ ?subject rdf:predicate ?any }} }} }})"""
#: The queries for the tables; each column is a variable. ``rest`` has all quads but those about
#: assertions, the triples of facts among them.
_QUERIES = {
    "assertions": f"""SELECT ?assertion {" ".join(f"?{each}" for each in ASSERTION_PROPERTIES)}
  ?standing ?graph {{
  {{ {_FACT_PATTERN} {_OTHERS} {_STANDING}
    OPTIONAL {{ GRAPH ?graph {{ ?assertion rdf:subject ?subject }}
               FILTER (?graph NOT IN ({_DERIVED_GRAPHS})) }} }}
  UNION
  {{ {_KEPT_APART} {{ {_FACT_PATTERN} {_OTHERS} }}
    OPTIONAL {{ GRAPH graph:set-aside {{ {_STANDING.removeprefix("OPTIONAL")} }} }}
    BIND (graph:inferred AS ?graph) }}
}}""",
    "sources": """SELECT ?source ?origin ?issued {
  ?source aigg:origin ?origin
  OPTIONAL { ?source dcterms:issued ?issued }
}""",
    "things": f"""SELECT ?thing ?class {{
  {{ ?thing a ?class }} UNION {{ GRAPH ?graph {{ ?thing a ?class }} }}
  FILTER (STRSTARTS(STR(?class), STR(aigg:)) && ?class NOT IN ({_CLASSES_OF_ASSERTIONS}))
}}""",
    "rest": f"""SELECT ?subject ?predicate ?object ?graph {{
  {{ ?subject ?predicate ?object {_IS_REST} }}
  UNION
  {{ GRAPH ?graph {{ ?subject ?predicate ?object }}
    FILTER (?graph != <{MERGED_GRAPH}>) {_IS_REST} }}
}}""",
}
#: The number of bytes after which rows are written, and of rows after which a file is.
_GROUP_BYTES = 16_000_000
ROWS_A_FILE = 2_000_000
_XSD = "http://www.w3.org/2001/XMLSchema#"
#: How the engine writes literals of these types, without quotation marks.
_BARE_LITERALS = {
    "integer": r"^[+-]?[0-9]+$",
    "decimal": r"^[+-]?[0-9]*\.[0-9]+$",
    "double": r"^[+-]?[0-9.]+[eE][+-]?[0-9]+$",
    "boolean": r"^(?:true|false)$",
}
_RARE_CONTROLS = "[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]"
_ESCAPES = {"\b": r"\b", "\f": r"\f"}


def write_tables(graph: GraphLike, folder: Path) -> dict[str, int]:
    """Write the tables of a graph to a folder; return the number of rows of each by name.

    The tables are ``assertions``, ``edges``, ``sources``, ``things`` and ``rest``, each a folder of
    Parquet files. Raises ReadError for a folder that holds files already, for a snapshot, and for a
    graph without assertions; LibraryError without pyarrow.
    """
    opened = Graph.wrap(graph)
    _check_libraries()
    if opened.at:
        raise ReadError("a snapshot of a day is no set of assertions; write the whole graph")
    if folder.exists() and any(folder.iterdir()):
        raise ReadError(f"{quote(str(folder))} is not empty; name a new folder")
    counts: dict[str, int] = {}
    for name, query in _QUERIES.items():
        with _TableWriter(folder, name) as table:
            answer: Any = opened.query(query, name)
            answer.serialize(table, format=QueryResultsFormat.TSV)
        counts |= table.counts
        if name == "assertions" and not counts[name]:
            raise ReadError("the graph has no assertions, so there is nothing to write")
    return counts


def _check_libraries() -> None:
    try:
        import pyarrow.parquet  # noqa: F401 -- only whether it is there
    except ImportError as error:
        raise LibraryError(
            "Parquet needs pyarrow; pip install 'ai-governance-graph[cluster]'"
        ) from error


class _TableWriter:
    """A binary file for an answer in TSV, which becomes a table; from assertions, edges too."""

    def __init__(self, folder: Path, name: str) -> None:
        """Write nothing yet."""
        self._name = name
        self._files = {each: _PartFiles(folder / each) for each in self._list_tables()}
        self._columns: list[str] = []
        self._waiting: list[bytes] = []
        self._size = 0

    def _list_tables(self) -> tuple[str, ...]:
        return (self._name, "edges") if self._name == "assertions" else (self._name,)

    @property
    def counts(self) -> Mapping[str, int]:
        """The number of rows that were written by table."""
        return {name: files.count for name, files in self._files.items()}

    def __enter__(self) -> Self:
        """Return the file itself."""
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Write what waits, unless something failed, and close the files."""
        if kind is None:
            self._write_group(b"".join(self._waiting))
        for files in self._files.values():
            files.close()

    def write(self, data: bytes) -> int:
        """Keep some bytes, and write the rows that they complete once they are many."""
        self._waiting.append(data)
        self._size += len(data)
        if self._size >= _GROUP_BYTES:
            whole, _, begun = b"".join(self._waiting).rpartition(b"\n")
            self._write_group(whole)
            self._waiting, self._size = [begun], len(begun)
        return len(data)

    def flush(self) -> None:
        """Do nothing: rows are written in groups."""

    def _write_group(self, rows: bytes) -> None:
        if not self._columns:
            head, _, rows = rows.partition(b"\n")
            self._columns = [name.removeprefix("?") for name in head.decode().split("\t")]
        if not rows:
            return
        group = _parse_rows(rows, self._columns)
        self._files[self._name].write(group)
        if "edges" in self._files:
            self._files["edges"].write(_select_edges(group))


class _PartFiles:
    """The files of a table, of a bounded number of rows each."""

    def __init__(self, folder: Path) -> None:
        """Make no file yet."""
        self._folder = folder
        self._number = 0
        self._writer: pq.ParquetWriter | None = None
        self._rows = 0
        self.count = 0

    def write(self, rows: "pa.Table") -> None:
        """Write rows as a group of the file, or of the next one if it is full."""
        import pyarrow.parquet as pq

        if self._writer is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            path = self._folder / f"part-{self._number:05}.parquet"
            self._writer = pq.ParquetWriter(path, rows.schema, compression="zstd")
        self._writer.write_table(rows)
        self._rows += len(rows)
        self.count += len(rows)
        if self._rows >= ROWS_A_FILE:
            self.close()

    def close(self) -> None:
        """Close the file."""
        if self._writer is not None:
            self._writer.close()
            self._writer, self._rows = None, 0
            self._number += 1


def _parse_rows(rows: bytes, columns: list[str]) -> "pa.Table":
    """Return rows of SPARQL 1.1 TSV as a table of terms in N-Triples."""
    import pyarrow as pa
    from pyarrow import csv

    parsed = csv.read_csv(
        pa.BufferReader(rows),
        read_options=csv.ReadOptions(column_names=columns),
        parse_options=csv.ParseOptions(
            delimiter="\t", quote_char=False, escape_char=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(columns, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )
    return pa.table({name: _write_terms_in_full(parsed[name]) for name in columns})


def _write_terms_in_full(column: Any) -> Any:
    """Return terms of SPARQL TSV as N-Triples has them: numbers with type, controls escaped."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count == len(column):
        return column
    if pc.any(pc.match_substring_regex(column, r'^[^<"_]')).as_py():
        for name, pattern in _BARE_LITERALS.items():
            written = pc.binary_join_element_wise('"', column, f'"^^<{_XSD}{name}>', "")
            column = pc.if_else(pc.match_substring_regex(column, pattern), written, column)
    if pc.any(pc.match_substring_regex(column, _RARE_CONTROLS)).as_py():
        escaped = [text and re.sub(_RARE_CONTROLS, _escape, text) for text in column.to_pylist()]
        column = pa.array(escaped, pa.string())
    return column


def _escape(found: re.Match[str]) -> str:
    return _ESCAPES.get(found[0], f"\\u{ord(found[0]):04X}")


def _select_edges(assertions: "pa.Table") -> "pa.Table":
    """Return the rows of the merged graph whose object is a thing."""
    import pyarrow.compute as pc

    is_text = pc.starts_with(assertions["object"], '"')
    is_inferred = pc.fill_null(pc.equal(assertions["graph"], f"<{INFERRED_GRAPH}>"), False)
    return assertions.select(list(EDGE_COLUMNS)).filter(pc.invert(pc.or_(is_text, is_inferred)))
