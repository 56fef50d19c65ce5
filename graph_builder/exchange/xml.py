"""What the two XML formats share: values as XML Schema writes them, and the document."""

import math
from xml.etree.ElementTree import Element, indent, tostring

from graph_builder.exchange.items import Value


def written(value: Value) -> str:
    """Return a value as text: ``true``, a number, or the text itself."""
    if isinstance(value, bool):
        return str(value).lower()
    return number(value) if isinstance(value, float) else str(value)


def number(value: float) -> str:
    """Return a number as xsd:double has it, in as many digits as it takes to read it back."""
    if math.isfinite(value):
        return repr(value)
    return "NaN" if math.isnan(value) else ("INF" if value > 0 else "-INF")


def document(root: Element) -> str:
    """Return a whole document, indented, that ends its last line."""
    indent(root)
    text: str = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'
