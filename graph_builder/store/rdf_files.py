"""Read RDF files: every syntax of the engine, compressed or not, in UTF-8, UTF-16 or UTF-32.

What would fetch or expand something is refused: a document type declaration in RDF/XML, and a
JSON-LD context on the web but that of schema.org, which is shipped.
"""

import bz2
import codecs
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Store, Triple, parse

from graph_builder.core.errors import ReadError
from graph_builder.core.text import escape_controls, format_count, quote, shorten
from graph_builder.core.vocabulary import compact, expand
from graph_builder.store.json_ld import has_known_keys, inline_contexts
from graph_builder.store.rdf12 import unreify
from graph_builder.store.serialization import FORMATS
from graph_builder.store.xml_checks import find_doctype, find_foreign_xml, find_malformed_xml

#: The formats by the ending of a file's name.
READ_FORMATS = {
    **FORMATS,
    "json": RdfFormat.JSON_LD,
    "n3": RdfFormat.N3,
    "owl": RdfFormat.RDF_XML,
    "rdf": RdfFormat.RDF_XML,
    "xml": RdfFormat.RDF_XML,
}
#: Bytes that a compressed file may hold, against files that are made to fill the memory.
MAX_DECOMPRESSED_BYTES = 1 << 28
_DECOMPRESSORS = {"gz": gzip.GzipFile, "bz2": bz2.BZ2File}
_MAGIC_BYTES = {b"\x1f\x8b": "gz", b"BZh": "bz2"}
#: Byte order marks; that of UTF-32 begins as that of UTF-16 does.
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF32_LE: "utf-32-le",
    codecs.BOM_UTF32_BE: "utf-32-be",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_XML_ENCODING = re.compile(r"""(<\?xml\b[^>]*?)\s+encoding\s*=\s*["']([\w.-]+)["']""")
_XML_START = re.compile(r"\s*<(?:[?!]|[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?(?:[\s/>]|\Z))")
_MAX_LINE = 100_000
_LONG_LITERAL = re.compile(r"\"{3}|'{3}")
_COMMENTS = re.compile(r"\A(?:\s+|#[^\n]*)*")
#: Syntaxes of ontologies that no engine of RDF reads, by how they begin.
_OTHER_SYNTAXES = {
    "OWL functional syntax": re.compile(r"(?:Prefix|Ontology)\s*\("),
    "Manchester syntax": re.compile(r"(?:Prefix|Namespace|Ontology|Class|ObjectProperty):"),
    "OBO": re.compile(r"format-version:"),
}
#: What a text that is not of its format may be, by how it begins.
_SIGNS = {
    "a web page": re.compile(r"(?i)(?:<!doctype html|<html)\b"),
    "RDF/XML; let its name end in .rdf": re.compile(r"<(?:\?xml|rdf:RDF)\b"),
    "JSON-LD; let its name end in .jsonld": re.compile(r'[{\[]\s*\{?\s*"@'),
    **{f"{name}, which is not read": sign for name, sign in _OTHER_SYNTAXES.items()},
}
_POSITION = re.compile(r"Parser error (?:at|between) line .*?: ", re.DOTALL)
#: The most characters of a reason, which may quote the file.
_MAX_REASON = 300
#: Formats of large files, and how a triple term of RDF 1.2 begins in them.
_LONG_FORMATS = ("nq", "trig")
_TRIPLE_TERM = b"<<"
#: Formats of a statement a line, how a blank node and a literal begin in them, and a datatype.
_LINE_FORMATS = ("nq", "nt")
_BLANK_NODE = b"_:"
_LITERAL = b'> "'
_DATATYPE = b'"^^<'
_BLOCK_SIZE, _MAX_LINE_BYTES = 1 << 20, 1 << 24
_RULES = "variables are not allowed"
_UNNORMALIZED = {expand("xsd:string"), expand("rdf:langString")}


@dataclass(frozen=True)
class RdfFile:
    """The quads of a file, and notes: what a reader has to know of how it was read."""

    quads: list[Quad]
    notes: tuple[str, ...]


def read_rdf(path: Path) -> RdfFile:
    """Return the quads of an RDF file; relative IRIs are resolved against its own address.

    The ending of the name says the format, and for ``.owl``, ``.rdf`` and ``.xml`` the text.
    Raises ReadError with line and column, where the parser gives them.
    """
    extension, compression = _split_name(path)
    text = _decode(_read_bytes(path, compression), path, READ_FORMATS[extension])
    format_ = _find_format(text, extension, path)
    quads = _unreify(_parse(text, format_, path), path)
    notes = (_describe_empty(quads, text, path), _describe_normalized(quads, path))
    return RdfFile(quads, tuple(filter(None, notes)))


def open_rdf(path: Path) -> tuple[Store, tuple[str, ...]]:
    """Return the statements of an RDF file in memory, and the notes that ``read_rdf`` returns.

    N-Quads and N-Triples without blank nodes are read by the engine itself, in half of the time and
    memory, if it holds all literals as they are written. Raises what ``read_rdf`` raises.
    """
    if _is_held_as_written(path):
        store = Store()
        with suppress(SyntaxError, ValueError):  # read once more, which tells the place
            store.bulk_load(path=str(path), format=READ_FORMATS[_split_name(path)[0]])
            if len(store):
                return store, ()
    read, store = read_rdf(path), Store()
    store.bulk_extend(read.quads)
    return store, read.notes


def load_rdf(path: Path, store: Store) -> None:
    """Load an RDF file into a store.

    N-Quads and TriG in UTF-8 are read by the engine as they are, in little memory; any other file,
    and one that may have RDF 1.2 triple terms, as ``read_rdf`` does. Raises what that raises, and
    ReadError for a file without statements.
    """
    _fill_store(path, store)
    if not len(store):
        raise ReadError(f"{path}: no statements in this file, so nothing was loaded")


def _fill_store(path: Path, store: Store) -> None:
    extension, compression = _split_name(path)
    if compression or extension not in _LONG_FORMATS or not _is_plain(path):
        store.bulk_extend(read_rdf(path).quads)
        return
    format_ = READ_FORMATS[extension]
    try:
        store.bulk_load(path=str(path), format=format_, base_iri=path.resolve().as_uri())
    except (SyntaxError, ValueError) as error:
        raise ReadError(_format_error(error, "", format_, path)) from error


def _is_plain(path: Path) -> bool:
    """Return whether a file has no byte order mark, no other encoding and no triple terms."""
    return all(_TRIPLE_TERM not in block for block in _iter_plain_blocks(path))


def _is_held_as_written(path: Path) -> bool:
    """Return whether the engine keeps each term of a file of lines: literals, and no blank nodes.

    A statement of such a file is a line, and has one literal or none.
    """
    extension, compression = _split_name(path)
    if compression or extension not in _LINE_FORMATS:
        return False
    written: set[tuple[bytes, bytes]] = set()
    for block in _iter_plain_blocks(path):
        if _TRIPLE_TERM in block or _BLANK_NODE in block:
            return False
        before, *after = block.split(_DATATYPE)
        for text in after:
            written.add((before.rpartition(_LITERAL)[2], text.partition(b">")[0]))
            before = text
    lines = (b'<urn:n> <urn:n> "%s"^^<%s> .\n' % each for each in written)
    try:
        literals = {quad.object for quad in parse(b"".join(lines), format=RdfFormat.N_TRIPLES)}
    except (SyntaxError, ValueError):
        return False
    return all(old == new for old, new in _list_stored(filter(_is_typed, literals)))


def _iter_plain_blocks(path: Path) -> Iterator[bytes]:
    """Yield a file in blocks of whole lines; one that has no short lines yields a triple term.

    So does one with a byte order mark, of another encoding, or compressed.
    """
    try:
        with path.open("rb") as stream:
            start = stream.read(4)
            if b"\0" in start or start.startswith(tuple(_MAGIC_BYTES)) or codecs.BOM_UTF8 in start:
                yield _TRIPLE_TERM
                return
            rest = start
            while block := stream.read(_BLOCK_SIZE):
                lines, end, rest = (rest + block).rpartition(b"\n")
                if len(rest) > _MAX_LINE_BYTES:
                    yield _TRIPLE_TERM
                    return
                yield lines + end
            yield rest
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error


def _split_name(path: Path) -> tuple[str, str]:
    """Return the ending that says the format, and the one that says the compression or ""."""
    endings = [part.lower() for part in path.name.split(".")[1:]]
    compression = endings.pop() if endings and endings[-1] in _DECOMPRESSORS else ""
    if not endings or endings[-1] not in READ_FORMATS:
        known = ", ".join(f".{name}" for name in READ_FORMATS)
        packed = " or ".join(f".{name}" for name in _DECOMPRESSORS)
        raise ReadError(f"{path}: unknown file type; use {known}, compressed also with {packed}")
    return endings[-1], compression


def _read_bytes(path: Path, compression: str) -> bytes:
    try:
        if not compression:
            data = path.read_bytes()
        else:
            with _DECOMPRESSORS[compression](path) as stream:
                data = stream.read(MAX_DECOMPRESSED_BYTES + 1)
    except EOFError as error:
        raise ReadError(f"{path}: the compressed file is cut off; copy it again") from error
    except (OSError, ValueError, zlib.error) as error:
        if compression and getattr(error, "errno", None) is None:
            raise ReadError(f"{path}: cannot be decompressed as .{compression}: {error}") from error
        raise ReadError(f"{path}: {getattr(error, 'strerror', None) or error}") from error
    if compression and len(data) > MAX_DECOMPRESSED_BYTES:
        most = MAX_DECOMPRESSED_BYTES >> 20
        raise ReadError(f"{path}: more than {most} MiB when decompressed; decompress it first")
    for magic, name in _MAGIC_BYTES.items():
        if data.startswith(magic):
            raise ReadError(f"{path}: compressed; let its name end in .{name}, once for each time")
    return data


def _decode(data: bytes, path: Path, format_: RdfFormat) -> str:
    """Return the text of a file, decoded by its byte order mark or XML declaration, else UTF-8."""
    mark = next((each for each in _BYTE_ORDER_MARKS if data.startswith(each)), b"")
    encoding = _BYTE_ORDER_MARKS.get(mark, "utf-8")
    body = data[len(mark) :]
    if format_ == RdfFormat.RDF_XML:
        head = body[:200].decode(encoding, "replace") if mark else body[:200].decode("latin-1")
        if declared := _XML_ENCODING.match(head.lstrip()):
            encoding = encoding if mark else declared[2]
    if encoding == "utf-8" and b"\0" in body[:4]:
        raise ReadError(f"{path}:1:1: UTF-16 without a byte order mark; save the file as UTF-8")
    try:
        text = body.decode(encoding)
    except LookupError as error:
        raise ReadError(f"{path}:1:1: unknown encoding {quote(encoding)}") from error
    except UnicodeDecodeError as error:
        before = body[: error.start].decode(encoding, "replace")
        line, column = locate(before, len(before))
        what = "UTF-8" if encoding == "utf-8" else encoding
        raise ReadError(
            f"{path}:{line}:{column}: not {what}: byte {body[error.start]:#04x}; "
            "save the file as UTF-8"
        ) from error
    return _XML_ENCODING.sub(r"\1", text, count=1) if format_ == RdfFormat.RDF_XML else text


def locate(text: str, offset: int) -> tuple[int, int]:
    """Return line and column, from 1, of a position in a text."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def locate_statement(path: Path, is_wanted: Callable[[Quad], bool]) -> tuple[int, int] | None:
    """Return line and column of the object of the first statement that is wanted in a file.

    None if there is none, or if there are no lines to count by: in RDF/XML and JSON-LD, and where
    literals have several lines or a line is very long, since the parser reads them again and again.
    """
    extension, compression = _split_name(path)
    text = _decode(_read_bytes(path, compression), path, READ_FORMATS[extension])
    format_ = _find_format(text, extension, path)
    if format_ in (RdfFormat.RDF_XML, RdfFormat.JSON_LD) or _LONG_LITERAL.search(text):
        return None
    if max(map(len, text.split("\n"))) > _MAX_LINE:
        return None
    lines = _Lines(text)
    for quad in parse(cast("IO[bytes]", lines), format=format_, base_iri=path.resolve().as_uri()):
        if is_wanted(quad):
            name = re.escape(re.split("[/#]", quad.predicate.value)[-1])
            before = re.search(rf"<[^<>\s]*{name}>\s*|:{name}\s+", lines.last)
            column = before.end() if before else len(lines.last) - len(lines.last.lstrip())
            return lines.number, column + 1
    return None


class _Lines:
    """A text that the parser reads by lines, so that it has read none beyond a statement's."""

    def __init__(self, text: str) -> None:
        """Begin before the first line."""
        self._rest = iter(text.split("\n"))
        self.number = 0
        self.last = ""
        self._left = b""

    def read(self, size: int) -> bytes:
        """Return what is left of a line, or else the next one; empty at the end."""
        if not self._left and (line := next(self._rest, None)) is not None:
            self.number += 1
            self.last = line
            self._left = f"{line}\n".encode()
        part, self._left = self._left[:size], self._left[size:]
        return part


def _find_format(text: str, extension: str, path: Path) -> RdfFormat:
    """Return the format of a text: what its name says, unless that leaves several possible."""
    format_ = READ_FORMATS[extension]
    if format_ != RdfFormat.RDF_XML or not text.strip():
        return format_
    start = _skip_comments(text)
    for name, beginning in _OTHER_SYNTAXES.items():
        if beginning.match(start):
            raise ReadError(f"{path}:1:1: {name} is not read; save it as Turtle or RDF/XML")
    if _XML_START.match(text):
        return format_
    return RdfFormat.JSON_LD if start.startswith("{") else RdfFormat.TURTLE


def _parse(text: str, format_: RdfFormat, path: Path) -> list[Quad]:
    if format_ in (RdfFormat.RDF_XML, RdfFormat.JSON_LD) and not text.strip():
        raise ReadError(f"{path}:1:1: the file is empty")
    if format_ == RdfFormat.RDF_XML:
        _check_xml(text, path)
    plain = inline_contexts(text, path) if format_ == RdfFormat.JSON_LD else text
    try:
        quads = list(parse(plain.encode(), format=format_, base_iri=path.resolve().as_uri()))
    except (SyntaxError, ValueError) as error:
        raise ReadError(_format_error(error, text, format_, path)) from error
    if format_ == RdfFormat.JSON_LD and not quads and not has_known_keys(text):
        raise ReadError(
            f"{path}: JSON, but not JSON-LD: no key has a meaning; give an @context that says "
            "which IRI each key stands for"
        )
    return quads


def _check_xml(text: str, path: Path) -> None:
    """Raise ReadError for a document type declaration, and for XML that is not RDF/XML."""
    if foreign := find_foreign_xml(text):
        raise ReadError(f"{path}:1:1: {foreign} is not read; save it as RDF/XML or Turtle")
    offset = find_doctype(text)
    if offset >= 0:
        line, column = locate(text, offset)
        raise ReadError(
            f"{path}:{line}:{column}: a document type declaration (DOCTYPE) is not read, since it "
            "can define entities; save the file without it, or as Turtle"
        )


def _format_error(error: Exception, text: str, format_: RdfFormat, path: Path) -> str:
    """Return an error of the parser as ``file:line:column: not FORMAT: reason``."""
    reason = _POSITION.sub("", str(getattr(error, "msg", None) or error), count=1)
    line, column = getattr(error, "lineno", None), getattr(error, "offset", None)
    if format_ == RdfFormat.RDF_XML and (found := find_malformed_xml(text)):
        line, column, reason = found
    if format_ == RdfFormat.N3 and _RULES in reason:
        reason = "rules and variables are not read, only what is RDF too"
    place = f"{path}:{line}:{column}" if line else f"{path}"
    said = shorten(escape_controls(reason), _MAX_REASON)
    return f"{place}: not {format_.name}: {said}{_suggest_format(text, format_)}"


def _suggest_format(text: str, format_: RdfFormat) -> str:
    """Return what a text that is not of its format looks like, or ""."""
    start = _skip_comments(text)
    found = next((name for name, sign in _SIGNS.items() if sign.match(start)), "")
    return f"; it looks like {found}" if found and format_.name not in found else ""


def _skip_comments(text: str) -> str:
    """Return a text without the spaces and comments of Turtle before it."""
    return _COMMENTS.sub("", text, count=1)


def _unreify(quads: list[Quad], path: Path) -> list[Quad]:
    """Return quads with RDF 1.2 reifiers turned into RDF 1.1 statements."""
    if not any(isinstance(quad.object, Triple) for quad in quads):
        return quads
    try:
        return list(unreify(quads))
    except ReadError as error:
        raise ReadError(f"{path}: {error}") from error


def _describe_empty(quads: list[Quad], text: str, path: Path) -> str:
    """Return a note on a file without statements, or ""."""
    if quads:
        return ""
    return f"{path}: the file {'holds no statements' if text.strip() else 'is empty'}"


def _describe_normalized(quads: Iterable[Quad], path: Path) -> str:
    """Return a note on the literals that the engine does not keep as they are written, or ""."""
    statements = {*quads}
    typed = {quad.object for quad in statements if _is_typed(quad.object)}
    changed = {old: new for old, new in _list_stored(typed) if old != new}
    if not changed:
        return ""
    kept = {(q.subject, q.predicate, changed.get(q.object, q.object), q.graph_name) for q in quads}
    fewer = len(statements) - len(kept)
    before, after = map(_abbreviate, min(changed.items(), key=str))
    verb = "is" if len(changed) == 1 else "are"
    merged = f"; {format_count(fewer, 'statement')} became equal to others" if fewer else ""
    return (
        f"{path}: {format_count(len(changed), 'literal')} {verb} held in another form, such as "
        f"{before} as {after}{merged}"
    )


def _is_typed(term: object) -> bool:
    return isinstance(term, Literal) and term.datatype.value not in _UNNORMALIZED


def _list_stored(literals: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return each literal with the one that the engine holds in its place."""
    store, by_number = Store(), dict(enumerate(literals))
    store.bulk_extend(
        Quad(NamedNode(f"urn:n:{number}"), NamedNode("urn:n"), literal)
        for number, literal in by_number.items()
    )
    return [(by_number[int(quad.subject.value[6:])], quad.object) for quad in store]


def _abbreviate(literal: Literal) -> str:
    """Return a typed literal with its datatype as a prefixed name, and not more than a line."""
    return f'"{shorten(literal.value)}"^^{compact(literal.datatype.value)}'
