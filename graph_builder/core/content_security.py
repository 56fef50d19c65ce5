"""Protection against script injection: JSON in script elements, CSP by hashes, safe links."""

import json
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from urllib.parse import urlsplit

_SCRIPT_ESCAPES = {sign: f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def format_script_json(value: object) -> str:
    """Return JSON for a script element: escaped against HTML, and equal for equal values."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    text = _make_text_encodable(text)
    for sign, escape in _SCRIPT_ESCAPES.items():
        text = text.replace(sign, escape)
    return text


def _make_text_encodable(text: str) -> str:
    """Replace lone surrogates and NUL, which are not allowed in UTF-8 pages."""
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode("utf-8")
    return text.replace("\x00", "\ufffd")


def make_encodable(value: object) -> object:
    """Return a value whose text, in lists and dicts too, is allowed in UTF-8 pages."""
    if isinstance(value, str):
        return _make_text_encodable(value)
    if isinstance(value, dict):
        return {make_encodable(key): make_encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [make_encodable(item) for item in value]
    return value


def format_hash_source(text: str) -> str:
    """Return the hash source (CSP 3) of a script or style, for a content security policy."""
    return f"'sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}'"


#: Sources that allow files of the same host, or, for a page opened from disk, of the disk.
SAME_FOLDER_SOURCES = "'self' file:"


def build_csp(scripts: Iterable[str], styles: Iterable[str], *, beside: bool = False) -> str:
    """Return a content security policy (CSP 3, Trusted Types) that allows only these texts.

    With ``beside``, the texts are files of the same host, which browsers do not check by hash.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {_format_sources(scripts, beside=beside)}",
            f"style-src {_format_sources(styles, beside=beside)}",
            "img-src data: blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _format_sources(texts: Iterable[str], *, beside: bool) -> str:
    return SAME_FOLDER_SOURCES if beside else " ".join(map(format_hash_source, texts))


def sanitise_url(text: str) -> str:
    """Return an address that is safe to link, http or https with a host, else an empty string."""
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        return ""
    return text.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
