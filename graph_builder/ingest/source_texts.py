"""Texts of sources: plain text, the main text of a web page, or the text layer of a PDF.

What a file is, is seen from its content; what its name says otherwise is noted.
"""

import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from graph_builder.core.errors import FactsError, Finding
from graph_builder.core.optional_libraries import import_optional
from graph_builder.core.text import format_count
from graph_builder.ingest.text_reader import decode_text, read_source_bytes

#: What a file begins with, what that is, and what to do.
_OTHER_FORMATS = (
    (b"PK\x03\x04", "a Word or OpenDocument file, or another ZIP archive", "save it as PDF"),
    (b"\xd0\xcf\x11\xe0", "a file of an older office program", "save it as PDF"),
    (b"{\\rtf", "rich text (RTF)", "save it as PDF or plain text"),
    (b"\x89PNG", "a picture", "run text recognition (OCR) on it and save the text"),
    (b"\xff\xd8\xff", "a picture", "run text recognition (OCR) on it and save the text"),
    (b"\x1f\x8b", "compressed", "unpack it first"),
    (b"BZh", "compressed", "unpack it first"),
)
_UNICODE_MARKS = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HTML_START = re.compile(
    rb"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|meta|title)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHARSET = re.compile(
    rb"<(?:meta\b[^>]*?charset|\?xml[^>]*?encoding)\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE
)
_HEAD_BYTES = 4096
#: PDFium writes a hyphen at the end of a line, and the line break, as one of these.
_PDFIUM_HYPHEN = re.compile("[\x02\ufffe]")
_SUFFIXES = {".html": "html", ".htm": "html", ".xhtml": "html", ".pdf": "pdf", ".txt": "text"}
_NAMES = {"html": "a web page (HTML)", "pdf": "a PDF", "text": "plain text"}


@dataclass(frozen=True)
class SourceText:
    """The text of a source, and what a reader should know about how it was read.

    ``file_digest`` is the SHA-256 of the file as it is. ``page`` is all text of a web page, of
    which ``text`` is the main part.
    """

    path: Path
    text: str
    file_digest: str
    kind: str
    notes: tuple[str, ...] = ()
    page: str = ""

    @property
    def is_extracted(self) -> bool:
        """Whether a library took the text from a web page or a PDF."""
        return self.kind != "text"

    @cached_property
    def normal_form(self) -> str:
        """The text with line feeds alone as line breaks: what length and SHA-256 are taken of."""
        return re.sub("\r\n?", "\n", self.text)

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """The text as it is, and with other line breaks, with and without one at its end."""
        plain = self.normal_form
        ended = (plain, plain.rstrip("\n"), plain.rstrip("\n") + "\n")
        windows = (each.replace("\n", "\r\n") for each in ended)
        return tuple(dict.fromkeys((self.text, *ended, *windows)))

    def find_form(self, digest: str) -> str | None:
        """Return the form of the text that has a SHA-256, or None if none has."""
        if digest == self.file_digest:
            return self.text
        return next((form for form in self.forms if compute_digest(form) == digest), None)


def compute_digest(text: str) -> str:
    """Return the SHA-256 of a text as UTF-8."""
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def read_source_text(path: Path) -> SourceText:
    """Return the text of a source from a text file, a web page or a PDF.

    Raises FactsError for what has no text or cannot be read, ReadError if it cannot be opened, and
    LibraryError if the library that reads it is not installed.
    """
    data = read_source_bytes(path)
    kind = _detect_kind(data, path)
    page, notes = "", list(_note_kind(kind, path))
    if kind == "pdf":
        text, more = _read_pdf(data, path)
        notes += more
    elif kind == "html":
        text, page = _read_html(data)
    else:
        text = _decode_text(data, path)
    if not text.strip():
        raise _fail(path, _describe_empty(kind, data))
    return SourceText(path, text, hashlib.sha256(data).hexdigest(), kind, tuple(notes), page)


def _detect_kind(data: bytes, path: Path) -> str:
    head = data[:_HEAD_BYTES]
    for start, name, advice in _OTHER_FORMATS:
        if head.startswith(start):
            raise _fail(path, f"the file is {name}; {advice}")
    if b"%PDF-" in head[:1024]:
        return "pdf"
    named = _SUFFIXES.get(path.suffix.lower(), "text")
    plain = _decode_marked(data).encode() if _has_unicode_mark(data) else data
    if _HTML_START.match(plain.removeprefix(codecs.BOM_UTF8)) or (named == "html" and data.strip()):
        return "html"
    if named == "pdf" and data.strip():
        raise _fail(path, "the file is not a PDF, although its name ends in .pdf")
    return "text"


def _note_kind(kind: str, path: Path) -> Iterator[str]:
    named = _SUFFIXES.get(path.suffix.lower())
    if named and named != kind:
        yield f"the file is {_NAMES[kind]}, although its name ends in {path.suffix}; read as such"


def _describe_empty(kind: str, data: bytes) -> str:
    if kind == "pdf":
        return (
            "the PDF has no text, so its pages are pictures (a scan); run text recognition (OCR) "
            "on it, or give the text as a .txt file"
        )
    if kind == "html" and data.strip():
        return "the web page has no text; save it from the browser as text or PDF"
    return "the file is empty; give the text of the source as UTF-8"


def _decode_text(data: bytes, path: Path) -> str:
    if _has_unicode_mark(data):
        return _decode_marked(data)
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" not in data:
        return decode_text(data, str(path))
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text and sum(map(str.isascii, text)) * 2 > len(text):
            return text
    raise _fail(path, "the file is not text; give the text of the source as UTF-8")


def _has_unicode_mark(data: bytes) -> bool:
    return any(data.startswith(mark) for mark, _ in _UNICODE_MARKS)


def _decode_marked(data: bytes) -> str:
    encoding = next(name for mark, name in _UNICODE_MARKS if data.startswith(mark))
    return data.decode(encoding, errors="replace")


def _read_html(data: bytes) -> tuple[str, str]:
    """Return the main text of a web page, and all of its text."""
    extract = _import_library("resiliparse.extract.html2text").extract_plain_text
    page = _decode_html(data)
    main, whole = (
        extract(
            page, main_content=main, preserve_formatting=True, list_bullets=False, alt_texts=False
        )
        for main in (True, False)
    )
    return _tidy_lines(main) or _tidy_lines(whole), _tidy_lines(whole)


def _decode_html(data: bytes) -> str:
    """Return a web page as text: by its byte order mark, its declaration, or as browsers do."""
    if _has_unicode_mark(data):
        return _decode_marked(data)
    encoding = _import_library("resiliparse.parse.encoding")
    declared = _CHARSET.search(data[:_HEAD_BYTES])
    if declared and not data.startswith(codecs.BOM_UTF8):
        name = encoding.map_encoding_to_html5(declared[1].decode(), fallback_utf8=True)
        named = "utf-8" if name.startswith("utf-16") else name  # as browsers do
        try:
            return data.decode(named)
        except (LookupError, UnicodeDecodeError):
            pass
    try:
        return data.removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError:
        return str(encoding.bytes_to_str(data, encoding.detect_encoding(data)))


def _read_pdf(data: bytes, path: Path) -> tuple[str, list[str]]:
    """Return the text of a PDF, a blank line between pages, and a note on pages without text."""
    pdfium = _import_library("pypdfium2")
    try:
        document = pdfium.PdfDocument(data)
        pages = [page.get_textpage().get_text_bounded() for page in document]
    except pdfium.PdfiumError as error:
        is_locked = "password" in str(error).lower()
        locked = "the PDF is locked by a password; save it without one"
        damaged = "the PDF is damaged and cannot be read; get it again"
        raise _fail(path, locked if is_locked else damaged) from error
    texts = [_tidy_lines(_PDFIUM_HYPHEN.sub("-\n", page)) for page in pages]
    empty = [str(number) for number, text in enumerate(texts, 1) if not text]
    notes = []
    if empty:
        has = "has" if len(empty) == 1 else "have"
        count = format_count(len(empty), "page")
        notes.append(f"{count} of the PDF {has} no text (a scan?): {', '.join(empty)}")
    return "\n\n".join(text for text in texts if text), notes


def _tidy_lines(text: str) -> str:
    """Return text without spaces at the end of lines, and with one blank line at most."""
    lines = "\n".join(line.rstrip() for line in text.splitlines())
    return re.sub("\n{3,}", "\n\n", lines).strip()


def _import_library(name: str) -> Any:
    purpose, instead = "reading a web page or a PDF", "give the text as a .txt file"
    return import_optional(name, purpose, "texts", instead)


def _fail(path: Path, message: str) -> FactsError:
    return FactsError([Finding(str(path), 1, 1, message)])
