"""Checks of XML: document type declarations, root elements, and where it is not well-formed.

The engine's parser of RDF/XML expands the entities of a document type declaration, wherever it
stands and in any case, and gives no positions of errors.
"""

import re
from xml.parsers import expat

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
#: Comments, sections of text and instructions are skipped; one without an end takes in the rest.
_DECLARATION = re.compile(
    r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)|<\?.*?(?:\?>|\Z)|(?P<doctype><!DOCTYPE)",
    re.IGNORECASE | re.DOTALL,
)
_ROOT = re.compile(
    r"(?:\s+|<!--.*?-->|<\?.*?\?>)*<(?:[\w.-]+:)?(?P<name>[\w.-]+)(?P<rest>[^>]*)", re.DOTALL
)
_WEB_PAGE = re.compile(r"\s*<!DOCTYPE\s+html\b", re.IGNORECASE)
#: Roots of other languages in XML that name the namespace of RDF, or the engine would take as RDF.
_FOREIGN_ROOTS = {"Ontology": "OWL/XML", "html": "a web page"}


def find_doctype(text: str) -> int:
    """Return where a document type declaration begins, or -1."""
    found = (each.start() for each in _DECLARATION.finditer(text) if each["doctype"])
    return next(found, -1)


def find_foreign_xml(text: str) -> str:
    """Return what kind of XML a text is if it is not RDF/XML, or ""."""
    if _WEB_PAGE.match(text):
        return "a web page"
    root = _ROOT.match(text)
    if root is None:
        return ""
    if root["name"] in _FOREIGN_ROOTS and "about" not in root["rest"]:
        return _FOREIGN_ROOTS[root["name"]]
    return "" if _RDF in text else "XML that is not RDF/XML"


def find_malformed_xml(text: str) -> tuple[int, int, str] | None:
    """Return line, column and reason of the first fault in XML without DOCTYPE, or None."""
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(text.encode(), True)  # noqa: FBT003 - expat takes it by position only
    except expat.ExpatError as error:
        return error.lineno, error.offset + 1, expat.errors.messages[error.code]
    return None
