"""The drawing library: vis-network as pyvis carries it, checked before it is used."""

from functools import cache
from hashlib import sha256
from importlib.resources import files

from graph_builder.errors import PictureError

VERSION = "9.1.2"
SHA256 = "1f20f0736f32cb9bedf8f6383b25cfea2f839e1abe80d6e8040b4d5bea378c69"
PLACE = ("lib", f"vis-{VERSION}", "vis-network.min.js")


def vis_script() -> str:
    """Read the text of vis-network from pyvis; a file that is not the known one is an error."""
    content = _content(PLACE)
    if content is None:
        raise PictureError(f"pyvis does not carry vis-network {VERSION}; pyvis 0.3.2 does")
    digest = sha256(content).hexdigest()
    if digest != SHA256:
        raise PictureError(
            f"vis-network in pyvis is not the file of version {VERSION} that was checked: "
            f"its sha256 is {digest}, not {SHA256}"
        )
    return _as_parsed(content.decode("utf-8"))


@cache
def _content(place: tuple[str, ...]) -> bytes | None:
    """Return a file of pyvis, which is read once, or None if it is not there."""
    found = files("pyvis").joinpath(*place)
    return found.read_bytes() if found.is_file() else None


def _as_parsed(text: str) -> str:
    """Return text as an HTML parser reads it, without the pointer to a source map."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.partition("//# sourceMappingURL=")[0]
