"""Texts of sources from text files, web pages and PDFs, and passages looked up in them."""

import hashlib
import re
import sys
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from graph_builder.core.errors import FactsError, LibraryError, ReadError
from graph_builder.ingest.source_documents import CheckedFile, check_source
from graph_builder.ingest.source_texts import read_source_text

HEAD = """\
source: {id: mine, title: T, publisher: P, address: unknown, date: undated, kind: k, language: en,
  licence: l, verification: pressTEXT}
facts:
"""
FACT = (
    "  - {subject: event:ai-action-summit-2025, relation: hasTheme, object: theme:ai, "
    "section: lead, modality: discussed, anchor: 'ANCHOR'SPAN}\n"
)
PAGE = """\
<!DOCTYPE html><html><head><meta charset="{charset}"><title>T</title></head><body>
<nav><ul><li>Home</li><li>About us</li></ul></nav>
<article><h1>Déclaration</h1><p>The sum&shy;mit spoke of the « gouvernance » of <b>AI</b> safety and
of what states owe to each other, at some length.</p><p>A second paragraph, as long as the first one
is, tells who came.</p></article><script>var hidden = "never shown";</script></body></html>
"""
#: The start of a file that no reader of text can read, and what is said.
REFUSED = {
    "empty": (b"", "t.txt", "the file is empty; give the text of the source as UTF-8"),
    "blank": (b" \n\xc2\xa0\n", "t.txt", "the file is empty"),
    "empty HTML": (b"", "t.html", "the file is empty"),
    "empty PDF": (b"", "t.pdf", "the file is empty"),
    "HTML without text": (b"<html><br></html>", "t.html", "the web page has no text"),
    "Windows-1252": (b"caf\xe9", "t.txt", "byte 0xe9 is not UTF-8; save the file as UTF-8"),
    "binary": (b"\0\1\2\0\3", "t.txt", "the file is not text"),
    "Word": (b"PK\3\4rest", "t.docx", "the file is a Word or OpenDocument file, or another"),
    "old Word": (b"\xd0\xcf\x11\xe0", "t.doc", "the file is a file of an older office program"),
    "RTF": (b"{\\rtf1 x}", "t.rtf", "the file is rich text (RTF); save it as PDF or plain text"),
    "a scan": (b"\x89PNG\r\n", "t.png", "the file is a picture; run text recognition (OCR)"),
    "gzip": (b"\x1f\x8b\x08", "t.txt.gz", "the file is compressed; unpack it first"),
    "no PDF": (b"just words", "t.PDF", "the file is not a PDF, although its name ends in .pdf"),
    "damaged PDF": (b"%PDF-1.7\nrubbish", "t.pdf", "the PDF is damaged and cannot be read"),
}  # fmt: skip


def make_pdf(*pages: list[str]) -> bytes:
    """Return a small PDF whose pages have lines of text."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    kids = []
    for lines in pages:
        shown = " ".join(f"({line}) Tj T*" for line in lines)
        stream = f"BT /F1 12 Tf 72 720 Td 14 TL {shown} ET".encode("cp1252")
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(objects)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    written = b"%PDF-1.4\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer << /Size %d /Root 1 0 R >>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, len(written))
    )


def _check(
    folder: Path, anchor: str, text: Path, *, record: str = "", span: str = ""
) -> CheckedFile:
    file = folder / "mine.yaml"
    written = HEAD.replace("TEXT", record) + FACT.replace("ANCHOR", anchor).replace("SPAN", span)
    file.write_text(written, encoding="utf-8")
    return check_source(str(file), text, facts=[file], only=True)[0]


def _list_messages(checked: CheckedFile) -> list[str]:
    return [each.message for each in checked.warnings]


@pytest.mark.parametrize(("data", "name", "message"), REFUSED.values(), ids=REFUSED)
def test_what_has_no_text_is_refused_in_one_sentence(
    data: bytes, name: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FactsError) as caught:
        read_source_text(tmp_path / name)
    assert message in str(caught.value)
    assert len(caught.value.findings) == 1


def test_a_pdf_is_read_by_its_content_with_its_hyphens(tmp_path: Path) -> None:
    data = make_pdf(
        ["It spoke of govern-", "ance, and of state-", "of-the-art models."], ["Page two."], []
    )
    for name, notes in (("t.pdf", 0), ("T.PDF", 0), ("t.txt", 1)):
        (tmp_path / name).write_bytes(data)
        read = read_source_text(tmp_path / name)
        assert read.text == (
            "It spoke of govern-\nance, and of state-\nof-the-art models.\n\nPage two."
        )
        assert read.notes[-1] == "1 page of the PDF has no text (a scan?): 3"
        assert len(read.notes) == 1 + notes
    assert read.notes[0] == "the file is a PDF, although its name ends in .txt; read as such"
    found = _check(tmp_path, "spoke of governance, and of state-of-the-art models", tmp_path / name)
    assert len(_list_messages(found)) == 3
    assert "a hyphen at the end of a line in 'govern-\\nance,' and in 1" in _list_messages(found)[2]


def test_a_pdf_with_a_password_says_so() -> None:
    locked = Path(__file__).parents[1] / "data" / "locked.pdf"
    with pytest.raises(FactsError, match="the PDF is locked by a password"):
        read_source_text(locked)


def test_a_pdf_of_pictures_says_so(tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(make_pdf([], []))
    with pytest.raises(FactsError, match="the PDF has no text, so its pages are pictures"):
        read_source_text(tmp_path / "scan.pdf")


@pytest.mark.parametrize(
    ("encoding", "charset"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "windows-1252"),
        ("cp1252", "windows-1252"),
        ("cp1252", "ISO-8859-1"),
        ("cp1252", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", ""),
    ],
)
def test_the_main_text_of_a_web_page_is_read_in_its_encoding(
    encoding: str, charset: str, tmp_path: Path
) -> None:
    page = PAGE.format(charset=charset)
    (tmp_path / "t.HTM").write_bytes(page.encode(encoding))
    if encoding == "utf-16-le":
        (tmp_path / "t.HTM").write_bytes(b"\xff\xfe" + page.encode(encoding))
    read = read_source_text(tmp_path / "t.HTM")
    assert read.text.startswith(
        "Déclaration\n\nThe sum\u00admit spoke of the « gouvernance » of AI"
    )
    assert "Home" not in read.text
    assert "hidden" not in read.text
    assert read.notes == ()


def test_a_passage_outside_the_main_text_is_found_with_a_warning(tmp_path: Path) -> None:
    text = tmp_path / "t.txt"
    text.write_text(PAGE.format(charset="utf-8"), encoding="utf-8")
    assert _list_messages(_check(tmp_path, "About us", text)) == [
        "the file is a web page (HTML), although its name ends in .txt; read as such",
        "the passage 'About us' stands outside the main text of the web page",
    ]
    with pytest.raises(FactsError) as caught:
        _check(tmp_path, "About me", text)
    assert "the anchor 'About me' is not in the text" in str(caught.value)
    assert "although its name ends in .txt" in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_plain_text_may_be_unicode_of_other_kinds(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_bytes("Le café de l'été".encode(encoding))
    assert read_source_text(tmp_path / "t.txt").text == "Le café de l'été"


def test_line_breaks_and_the_last_one_make_no_other_text(tmp_path: Path) -> None:
    text = "One line.\nThe summit of AI.\n"
    recorded = text.rstrip("\n")
    forms = (
        recorded,
        text,
        text.replace("\n", "\r\n"),
        recorded.replace("\n", "\r\n"),
        text + "\n",
    )
    digests = [(len(f), hashlib.sha256(f.encode()).hexdigest(), f) for f in forms[:4]]
    for length, digest, form in digests:
        start = form.index("summit")
        for other in forms:
            (tmp_path / "t.txt").write_bytes(other.encode())
            checked = _check(
                tmp_path,
                "summit of AI",
                tmp_path / "t.txt",
                record=f", text: {{length: {length}, sha256: {digest}}}",
                span=f", start: {start}, end: {start + 12}",
            )
            assert checked.warnings == ()
    (tmp_path / "t.txt").write_bytes(text.replace("summit", "Summit").encode())
    with pytest.raises(FactsError, match="is not the recorded one"):
        _check(
            tmp_path, "of AI", tmp_path / "t.txt", record=f", text: {{length: 9, sha256: {digest}}}"
        )


def test_a_checksum_of_the_file_itself_counts(tmp_path: Path) -> None:
    data = "Zürich, Élysée".encode("utf-16")
    (tmp_path / "t.txt").write_bytes(data)
    record = f", text: {{length: 14, sha256: {hashlib.sha256(data).hexdigest()}}}"
    assert not _check(tmp_path, "Zürich", tmp_path / "t.txt", record=record).warnings


def test_spans_without_a_checksum_fit_the_line_breaks_they_were_counted_with(
    tmp_path: Path,
) -> None:
    text = "One.\nTwo.\nThree words more.\n"
    for counted in (text, text.replace("\n", "\r\n")):
        start = counted.index("words")
        span = f", start: {start}, end: {start + 10}"
        for given in (text, text.replace("\n", "\r\n")):
            (tmp_path / "t.txt").write_bytes(given.encode())
            assert not _check(tmp_path, "words more", tmp_path / "t.txt", span=span).warnings
    (tmp_path / "t.txt").write_bytes(text.encode())
    with pytest.raises(FactsError, match="is not at characters 3-13; it is at 16-26"):
        _check(tmp_path, "words more", tmp_path / "t.txt", span=", start: 3, end: 13")


@pytest.mark.parametrize(("disk", "typed"), [("NFC", "NFD"), ("NFD", "NFC")])
def test_names_of_files_are_compared_under_nfc(
    disk: Literal["NFC", "NFD"], typed: Literal["NFC", "NFD"], tmp_path: Path
) -> None:
    folder, name = tmp_path / unicodedata.normalize(disk, "dossier é"), "société"
    folder.mkdir()
    on_disk, given = unicodedata.normalize(disk, name), unicodedata.normalize(typed, name)
    (folder / f"{on_disk}.txt").write_text("of AI", encoding="utf-8")
    (folder / f"{on_disk}.csv").write_text(
        "subject,relation,object,section,modality\nactor:FRA,endorsed,"
        "instrument:bletchley-declaration,p,agreed\n",
        encoding="utf-8",
    )
    fact = FACT.replace("ANCHOR", "of AI").replace("SPAN", "")
    listed = HEAD.replace("TEXT", "") + fact + f"lists: [{given}.csv]\n"
    (folder / f"{on_disk}.yaml").write_text(listed, encoding="utf-8")
    there = tmp_path / unicodedata.normalize(typed, folder.name)
    file = there / f"{given}.yaml"
    checked = check_source(str(file), there / f"{given}.txt", facts=[there], only=True)
    assert (checked[0].facts, checked[0].warnings) == (2, ())
    with pytest.raises(ReadError, match="check that file instead"):
        check_source(str(there / f"{given}.csv"))


def test_without_its_library_a_pdf_is_refused_with_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (tmp_path / "t.pdf").write_bytes(make_pdf(["x"]))
    message = "needs pypdfium2, which is not installed; pip install 'ai-governance-graph[texts]'"
    with pytest.raises(LibraryError, match=re.escape(message)):
        read_source_text(tmp_path / "t.pdf")
