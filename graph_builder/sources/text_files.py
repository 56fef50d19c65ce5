"""Fact files as text: UTF-8 without byte order mark and of a bounded size, or a finding."""

from pathlib import Path

from graph_builder.errors import FactsError, Finding, ReadError

MEGABYTE = 1_000_000
LIMITS = {".yaml": 1 * MEGABYTE, ".csv": 50 * MEGABYTE}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_text(path: Path) -> str:
    """Return the text of a fact file; raises FactsError, or ReadError if it cannot be opened."""
    try:
        size = path.stat().st_size
        if size > (limit := LIMITS.get(path.suffix, MEGABYTE)):
            raise FactsError([Finding(str(path), 1, 1, _too_large(size, limit, path.suffix))])
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path}: {error.strerror or error}") from error
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """Return the text of some bytes of a file called ``name``; raises FactsError."""
    if data.startswith(BYTE_ORDER_MARK):
        message = "the file begins with a byte order mark; save it as UTF-8 without one"
        raise FactsError([Finding(name, 1, 1, message)])
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        message = f"byte {data[error.start]:#04x} is not UTF-8; save the file as UTF-8"
        raise FactsError([Finding(name, *_end_of(before), message)]) from error
    if not text.strip():
        message = "the file is empty; a fact file holds a source, entities or facts"
        raise FactsError([Finding(name, 1, 1, message)])
    return text


def _end_of(text: str) -> tuple[int, int]:
    lines = text.split("\n")
    return len(lines), len(lines[-1]) + 1


def _too_large(size: int, limit: int, suffix: str) -> str:
    advice = "; put long lists into a CSV file" if suffix == ".yaml" else ""
    return (
        f"the file has {size / MEGABYTE:.1f} MB, "
        f"a {suffix} file holds at most {limit // MEGABYTE} MB{advice}"
    )
