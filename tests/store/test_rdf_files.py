"""RDF files as people bring them: every syntax, ending, compression and encoding, and bad ones."""

import bz2
import gzip
from pathlib import Path

import pytest
from pyoxigraph import NamedNode

from graph_builder.core.errors import ReadError
from graph_builder.store import rdf_files
from graph_builder.store.loading import open_graph
from graph_builder.store.rdf_files import read_rdf

TRIPLE = '<http://x/a> <http://x/p> "é" .\n'
RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xml:base="http://x/a" '
    'xmlns:x="http://x/"><rdf:Description rdf:about=""><x:p>é</x:p></rdf:Description></rdf:RDF>'
)
LINK = ' rdf:resource="b.ttl"><'
JSON = '{"@id": "http://x/a", "http://x/p": "é"}'
BOM = "\ufeff"
DOCTYPE = '<!DOCTYPE rdf:RDF [<!ENTITY e "é">]>'
DECLARED = '<?xml version="1.0" encoding="{}"?>\n'
SCHEMA = '{{"@context": {}, "@id": "http://x/a", "@type": "Event", "startDate": "2025-02-10"}}'


def _write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((f"a.{ending}", TRIPLE) for ending in ("ttl", "TTL", "nt", "NQ", "TriG", "n3", "ttl12")),
        *((f"a.{ending}", RDF) for ending in ("rdf", "RDF", "owl", "xml")),
        *((f"a.{ending}", JSON) for ending in ("json", "jsonld", "JSONLD")),
        *((f"a.{ending}", "# a comment\n" + TRIPLE) for ending in ("owl", "rdf")),
        ("a.owl", JSON),
        ("A.TTL.GZ", gzip.compress(TRIPLE.encode(), mtime=0)),
        ("a.rdf.bz2", bz2.compress(RDF.encode())),
        (
            "a.b.ttl.gz",
            gzip.compress(TRIPLE.encode(), mtime=0) + gzip.compress(b"# another member", mtime=0),
        ),
        *((f"a.{ending}", BOM + text) for ending, text in (("ttl", TRIPLE), ("rdf", RDF))),
        ("a.json", BOM + JSON),
        *((f"{code}.ttl", (BOM + TRIPLE).encode(code)) for code in ("utf-16-le", "utf-32-be")),
        ("a.rdf", (BOM + DECLARED.format("UTF-16") + RDF).encode("utf-16-be")),
        ("a.rdf", (DECLARED.format("ISO-8859-1") + RDF).encode("latin-1")),
        ("a.rdf", f"<!-- {DOCTYPE} -->" + RDF),
    ],
)
def test_a_file_is_read_whatever_its_ending_and_encoding(
    name: str, content: str | bytes, tmp_path: Path
) -> None:
    read = read_rdf(_write(tmp_path, name, content))
    assert list(map(str, read.quads)) == ['<http://x/a> <http://x/p> "é"']
    assert read.notes == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a é.ttl", "<> <http://x/p> <b.ttl> ."),
        ("a é.trig.gz", gzip.compress(b"<> <http://x/p> <b.ttl> .", mtime=0)),
        ("a é.jsonld", '{"@id": "", "http://x/p": {"@id": "b.ttl"}}'),
        (
            "a é.rdf",
            RDF.replace(' xml:base="http://x/a"', "").replace(">é<", ' rdf:resource="b.ttl"><'),
        ),
    ],
)
def test_relative_iris_begin_with_the_address_of_the_file(
    name: str, content: str | bytes, tmp_path: Path
) -> None:
    path = _write(tmp_path, name, content)
    (quad,) = read_rdf(path).quads
    assert (quad.subject, quad.object) == tuple(
        NamedNode(each.as_uri()) for each in (path, tmp_path / "b.ttl")
    )


@pytest.mark.parametrize(
    "context",
    [
        '"https://schema.org"',
        '"http://schema.org/"',
        '["https://schema.org/docs/jsonldcontext.jsonld", {"x": "http://x/"}]',
    ],
)
def test_the_context_of_schema_org_is_known(context: str, tmp_path: Path) -> None:
    quads = read_rdf(_write(tmp_path, "event.jsonld", SCHEMA.format(context))).quads
    assert {str(quad) for quad in quads} == {
        "<http://x/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://schema.org/Event>",
        '<http://x/a> <http://schema.org/startDate> "2025-02-10"^^<http://schema.org/Date>',
    }


@pytest.mark.parametrize(
    "context",
    [
        '"https://www.w3.org/ns/activitystreams"',
        '"context.jsonld"',
        '["https://schema.org", "https://schema.org.example/"]',
        '{"@import": "https://schema.org"}',
        '{"p": {"@id": "http://x/p", "@context": "http://x/context"}}',
    ],
)
def test_any_other_context_is_refused_by_name(context: str, tmp_path: Path) -> None:
    path = _write(tmp_path, "event.jsonld", SCHEMA.format(context))
    with pytest.raises(ReadError, match=r"context '.*' is not fetched, .* write the context into"):
        read_rdf(path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ttl", "<a:b> <a:b> 1\n <a:c> .", ":2:2: not Turtle: A dot is expected at the end"),
        ("a.ttl", "actor:IND a <b> .", ":1:1: not Turtle: The prefix actor: has not been"),
        ("a.ttl", '<a:b> <a:b> """x\ny', ":1:13: not Turtle: Unexpected end of file"),
        ("a.nt", TRIPLE + "foo", ":2:1: not N-Triples: The subject of a triple"),
        ("a.ttl", RDF, "; it looks like RDF/XML; let its name end in .rdf"),
        ("a.ttl", JSON, "; it looks like JSON-LD; let its name end in .jsonld"),
        ("a.ttl", "<!doctype html><html>", "; it looks like a web page"),
        ("a.n3", "{ ?x a <b> } => { ?x a <c> } .", ": not N3: rules and variables are not read"),
        ("a.rdf", RDF.replace("</x:p>", "\n</x:q>"), ":2:3: not RDF/XML: mismatched tag"),
        ("a.rdf", RDF.replace("é", "&e;"), ": not RDF/XML: undefined entity"),
        ("a.rdf", RDF.replace('about=""', 'about="http://x/ y"'), ": not RDF/XML: error while"),
        ("a.rdf", "", ":1:1: the file is empty"),
        ("a.rdf", "<!doctype html><html>", ":1:1: a web page is not read"),
        ("a.xml", '<TriX xmlns="http://x/"/>', ":1:1: XML that is not RDF/XML is not read"),
        ("a.owl", "Prefix(:=<http://x/>)", ":1:1: OWL functional syntax is not read; save it as"),
        ("a.owl", "# x\nOntology: <http://x/>", ":1:1: Manchester syntax is not read"),
        ("a.owl", '<Ontology xmlns="http://www.w3.org/2002/07/owl#"/>', "OWL/XML is not read"),
        ("a.json", "", ":1:1: the file is empty"),
        ("a.json", '{"a":\n [1,}', ":2:5: not JSON: Expecting value"),
        ("a.json", '{"id": 1}\n{"id": 2}', ":2:1: not JSON: there is more after the first"),
        ("a.json", '{"id": "a", "schema": "X"}', ": JSON, but not JSON-LD: no key has a meaning"),
        ("a.json", "[" * 100_000, ":1:1: not JSON-LD: nested too deep"),
        ("a.ttl", TRIPLE.encode("latin-1"), ":1:28: not UTF-8: byte 0xe9; save the file as UTF-8"),
        ("a.ttl", TRIPLE.encode("utf-16-le"), ":1:1: UTF-16 without a byte order mark"),
        ("a.rdf", DECLARED.format("klingon") + RDF, ":1:1: unknown encoding 'klingon'"),
        ("a.ttl.gz", TRIPLE, ": cannot be decompressed as .gz: Not a gzipped file"),
        ("a.ttl.bz2", TRIPLE, ": cannot be decompressed as .bz2: Invalid data stream"),
        (
            "a.ttl.gz",
            gzip.compress(TRIPLE.encode() * 99, mtime=0)[:-9],
            ": the compressed file is cut off",
        ),
        ("a.ttl", gzip.compress(TRIPLE.encode(), mtime=0), ": compressed; let its name end in .gz"),
        ("a.gz", b"", ": unknown file type; use .ttl"),
        ("a.xlsx", b"", ": unknown file type; use .ttl"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(
    name: str, content: str | bytes, message: str, tmp_path: Path
) -> None:
    path = _write(tmp_path, name, content)
    with pytest.raises(ReadError) as error:
        read_rdf(path)
    assert str(error.value).startswith(str(path))
    assert message in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        DOCTYPE + RDF,
        f"<?xml version='1.0'?><!-- <!DOCTYPE no> -->{DOCTYPE}{RDF}",
        DOCTYPE.replace("DOCTYPE", "doctype") + RDF,
        RDF.replace("<rdf:Description", DOCTYPE + "<rdf:Description"),
    ],
)
@pytest.mark.parametrize("how", ["rdf", "rdf.gz", "utf-16", "owl"])
def test_a_document_type_declaration_is_refused_wherever_it_is(
    text: str, how: str, tmp_path: Path
) -> None:
    data = (BOM + text).encode("utf-16-le") if how == "utf-16" else text.encode()
    name = {"rdf.gz": "a.rdf.gz", "owl": "a.owl"}.get(how, "a.rdf")
    path = _write(tmp_path, name, gzip.compress(data, mtime=0) if name.endswith("gz") else data)
    with pytest.raises(ReadError, match=r"a\..*:1:\d+: a document type declaration \(DOCTYPE\)"):
        read_rdf(path)


def test_a_file_that_decompresses_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdf_files, "MAX_DECOMPRESSED_BYTES", 1 << 20)
    path = _write(tmp_path, "a.nt.gz", gzip.compress(b" " * ((1 << 20) + 1)))
    with pytest.raises(ReadError, match="more than 1 MiB when decompressed"):
        read_rdf(path)


@pytest.mark.parametrize(
    ("literals", "note"),
    [
        ('"1"^^xsd:integer, "x", "x"@en, "2025-02-10"^^xsd:date, "abc"^^xsd:integer', ""),
        ('"007"^^xsd:integer', 'such as "007"^^xsd:integer as "7"^^xsd:integer'),
        ('"007"^^xsd:integer', ": 1 literal is held in another form"),
        ('"1"^^xsd:int, "1"^^xsd:unsignedLong', "; 1 statement became equal to others"),
        ("1.50, 1e400, 01", ": 3 literals are held in another form"),
    ],
)
def test_literals_that_lose_their_form_are_counted(
    literals: str, note: str, tmp_path: Path
) -> None:
    prefix = "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    path = _write(tmp_path, "a.ttl", f"{prefix}<http://x/a> <http://x/p> {literals} .")
    notes = open_graph(path).notes
    assert len(notes) == bool(note)
    if note:
        assert note in notes[0]
        assert notes[0].startswith(f"{path}: ")


@pytest.mark.parametrize(
    ("content", "note"),
    [("", "is empty"), (" \n", "is empty"), ("@prefix a: <b:> .", "holds no statements")],
)
def test_an_empty_file_is_said_to_be_empty(content: str, note: str, tmp_path: Path) -> None:
    path = _write(tmp_path, "a.ttl", content)
    assert open_graph(path).notes == (f"{path}: the file {note}",)
