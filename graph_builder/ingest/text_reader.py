"""Text files of a limited size without control characters, or a finding.

They are UTF-8, or have the byte order mark of UTF-8 or UTF-16, as office programs write it. Line
breaks may be those of any system.
"""

import codecs
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, ReadError
from graph_builder.core.resources import find_path
from graph_builder.ingest.list_names import JSON_SUFFIXES

MEGABYTE = 1_000_000
SIZE_LIMITS = {
    ".yaml": 1 * MEGABYTE,
    ".csv": 20_000 * MEGABYTE,  # which is read in blocks
    **dict.fromkeys(JSON_SUFFIXES, 50 * MEGABYTE),
}
#: From how many bytes on a list is read in blocks, and of how many bytes they are.
LONG = 1 * MEGABYTE
_BLOCK_SIZE = 1 * MEGABYTE
TEXT_SIZE_LIMIT = 50 * MEGABYTE
#: Of how many texts by suffix the records are kept: enough for all shipped files.
MAX_CACHED = {".yaml": 1024, ".csv": 32}
#: Words for no value: those of YAML, which databases write into tables too.
NULL_WORDS = frozenset({"null", "Null", "NULL", "~"})
#: Byte order marks, and the encodings that begin with them.
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
#: What to do about a text in another encoding, and in which program.
_SAVE_AS_UTF_8 = "save the file as UTF-8"
_SAVING_ADVICE = {".csv": f"{_SAVE_AS_UTF_8} (in Excel: Save as, CSV UTF-8)"}
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def read_text(path: Path) -> str:
    """Return the text of a fact file; raises FactsError, or ReadError if it cannot be opened."""
    suffix = path.suffix.lower()
    data = _read_bytes(path, SIZE_LIMITS.get(suffix, MEGABYTE), suffix)
    text = _normalize_line_breaks(decode_text(data, str(path), suffix))
    if not text.strip():
        raise _build_empty_error(path)
    _check_controls(text, path)
    return text


def is_long(path: Path) -> bool:
    """Return whether a file is read in blocks; false if it cannot be read so."""
    with suppress(OSError, ValueError):
        state = find_path(path).stat()
        limit = SIZE_LIMITS.get(path.suffix.lower(), MEGABYTE)
        return stat.S_ISREG(state.st_mode) and LONG < state.st_size <= limit
    return False


def iter_text(path: Path) -> Iterator[str]:
    """Yield the text of a fact file in blocks of whole lines; raises what ``read_text`` raises.

    A mistake is only found when its block is asked for.
    """
    suffix = path.suffix.lower()
    with find_path(path).open("rb") as stream:
        rest = stream.read(_BLOCK_SIZE)
        if rest.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            yield read_text(path)
            return
        lines, is_empty, first = 0, True, rest
        for data in _cut_after_lines(chain([first], iter(partial(stream.read, _BLOCK_SIZE), b""))):
            try:
                text = _normalize_line_breaks(decode_text(data, str(path), suffix))
                _check_controls(text, path, may_be_binary=not lines)
            except FactsError as error:
                found = [each._replace(line=each.line + lines) for each in error.findings]
                raise FactsError(found) from error
            lines += text.count("\n")
            is_empty = is_empty and not text.strip()
            yield text
    if is_empty:
        raise _build_empty_error(path)


def _cut_after_lines(blocks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield bytes in blocks that end with a line feed, except for the last one."""
    pending: list[bytes] = []
    for block in blocks:
        end = block.rfind(b"\n") + 1
        if end:
            yield b"".join((*pending, block[:end]))
            pending = []
        pending.append(block[end:])
    if rest := b"".join(pending):
        yield rest


def _normalize_line_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _build_empty_error(path: Path) -> FactsError:
    rows = "write a row with the names of columns, and rows below it"
    what = rows if path.suffix.lower() == ".csv" else "write a source, entities or facts"
    return FactsError([Finding(str(path), 1, 1, f"the file is empty; {what}")])


def _check_controls(text: str, path: Path, *, may_be_binary: bool = True) -> None:
    if match := _CONTROLS.search(text):
        if may_be_binary and text.count("\0") > len(text) / 4:
            advice = _SAVING_ADVICE.get(path.suffix.lower(), _SAVE_AS_UTF_8)
            raise FactsError([Finding(str(path), 1, 1, f"the text is not UTF-8; {advice}")])
        message = f"the control character U+{ord(match[0]):04X}; delete it"
        raise FactsError([Finding(str(path), *_find_end(text[: match.start()]), message)])


def read_source_bytes(path: Path) -> bytes:
    """Return the content of a file with the text of a source; raises FactsError or ReadError."""
    return _read_bytes(path, TEXT_SIZE_LIMIT, "text")


def is_same_file(one: Path, other: Path) -> bool:
    """Return whether two paths lead to the same file; false if one of them leads nowhere."""
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _read_bytes(path: Path, limit: int, kind: str) -> bytes:
    path = find_path(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise ReadError(f"{path}: a folder, not a file")
        if kind != "text" and not stat.S_ISREG(mode):
            raise ReadError(f"{path}: not a regular file; save its content to one")
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            message = _format_too_large(path.stat().st_size, limit, kind)
            raise FactsError([Finding(str(path), 1, 1, message)])
    except (OSError, ValueError) as error:
        raise ReadError(f"{path}: {getattr(error, 'strerror', '') or error}") from error
    return data


def decode_text(data: bytes, name: str, kind: str = "text") -> str:
    """Return the text of a file without its byte order mark; raises FactsError."""
    mark = next((each for each in _BYTE_ORDER_MARKS if data.startswith(each)), b"")
    encoding = _BYTE_ORDER_MARKS.get(mark, "utf-8")
    content = data[len(mark) :]
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode(encoding)
        advice = _SAVING_ADVICE.get(kind, _SAVE_AS_UTF_8)
        called = encoding.upper().removesuffix("-LE").removesuffix("-BE")
        message = f"byte {content[error.start]:#04x} is not {called}; {advice}"
        raise FactsError([Finding(name, *_find_end(before), message)]) from error


def _find_end(text: str) -> tuple[int, int]:
    """Return line and column of the end of a text, whatever its line breaks are."""
    lines = re.split(r"\r\n?|\n", text)
    return len(lines), len(lines[-1]) + 1


def _format_too_large(size: int, limit: int, kind: str) -> str:
    advice = ", so put long lists into a CSV file" if kind == ".yaml" else ""
    return (
        f"the file has {max(size, limit) / MEGABYTE:.1f} MB; "
        f"a {kind} file may have at most {limit // MEGABYTE} MB{advice}"
    )
