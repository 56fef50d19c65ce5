"""Text files: UTF-8 of a limited size without control characters, or a finding."""

import re
import stat
from pathlib import Path

from graph_builder.core.errors import FactsError, Finding, ReadError
from graph_builder.core.resources import find_path

MEGABYTE = 1_000_000
SIZE_LIMITS = {".yaml": 1 * MEGABYTE, ".csv": 50 * MEGABYTE}
TEXT_SIZE_LIMIT = 50 * MEGABYTE
#: Of how many texts by suffix the records are kept: enough for all shipped files.
MAX_CACHED = {".yaml": 1024, ".csv": 32}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


def read_text(path: Path) -> str:
    """Return the text of a fact file; raises FactsError, or ReadError if it cannot be opened."""
    suffix = path.suffix.lower()
    data = _read_bytes(path, SIZE_LIMITS.get(suffix, MEGABYTE), suffix)
    if data.startswith(BYTE_ORDER_MARK):
        message = "the file begins with a byte order mark; save it as UTF-8 without one"
        raise FactsError([Finding(str(path), 1, 1, message)])
    text = decode_utf8(data, str(path)).replace("\r\n", "\n")
    if not text.strip():
        message = "the file is empty; write a source, entities or facts"
        raise FactsError([Finding(str(path), 1, 1, message)])
    if match := _CONTROLS.search(text):
        message = f"the control character U+{ord(match[0]):04X}; delete it"
        raise FactsError([Finding(str(path), *_find_end(text[: match.start()]), message)])
    return text


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


def decode_utf8(data: bytes, name: str) -> str:
    """Return the text of a file of a name; raises FactsError with the place that is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise FactsError([Finding(name, *_find_end(before), message)]) from error


def _find_end(text: str) -> tuple[int, int]:
    """Return line and column of the end of a text."""
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1


def _format_too_large(size: int, limit: int, kind: str) -> str:
    advice = ", so put long lists into a CSV file" if kind == ".yaml" else ""
    return (
        f"the file has {max(size, limit) / MEGABYTE:.1f} MB; "
        f"a {kind} file may have at most {limit // MEGABYTE} MB{advice}"
    )
