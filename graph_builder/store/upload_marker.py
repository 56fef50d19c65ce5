"""The marker by which a server says that an upload to it is not finished.

Each upload has an IRI, ``<https://w3id.org/aigg/upload/TOKEN>``. Until it is finished, the named
graph of that IRI says when it began (``prov:startedAtTime``). Graphs whose names go on from there,
such as ``.../TOKEN/1``, are its staging graphs: they are filled first and then moved to their
places.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from pyoxigraph import Literal, NamedNode, Triple

from graph_builder.core.vocabulary import BASE, expand

UPLOAD_PREFIX = BASE + "upload/"
_COMMENT = NamedNode(expand("rdfs:comment"))
_BEGAN = NamedNode(expand("prov:startedAtTime"))
_LABEL = Literal("Upload that is not finished", language="en")
_FOREIGN = Literal("The default graph contains other data", language="en")
#: For servers: the marker of each upload that is not finished.
UNFINISHED_QUERY = f"""SELECT ?upload ?began ?comment WHERE {{
GRAPH ?upload {{ ?upload {_BEGAN} ?began . OPTIONAL {{ ?upload {_COMMENT} ?comment }} }}
FILTER (STRSTARTS(STR(?upload), "{UPLOAD_PREFIX}")) }} ORDER BY ?upload"""


@dataclass(frozen=True)
class Upload:
    """An upload: its IRI, when it began (ISO 8601), and whether the default graph is of others."""

    iri: str = field(default_factory=lambda: UPLOAD_PREFIX + uuid4().hex)
    began: str = field(default_factory=lambda: datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    is_default_foreign: bool = False

    def build_marker(self) -> list[Triple]:
        """Return the triples of the graph that says that this upload is not finished."""
        upload = NamedNode(self.iri)
        began = Literal(self.began, datatype=NamedNode(expand("xsd:dateTime")))
        marker = [
            Triple(upload, NamedNode(expand("rdf:type")), NamedNode(expand("prov:Activity"))),
            Triple(upload, NamedNode(expand("rdfs:label")), _LABEL),
            Triple(upload, _BEGAN, began),
        ]
        return [*marker, Triple(upload, _COMMENT, _FOREIGN)] if self.is_default_foreign else marker

    def name_staging_graph(self, key: str) -> str:
        """Return the name of a staging graph of this upload."""
        return f"{self.iri}/{key}"

    def format_begin(self) -> str:
        """Return when the upload began, for messages."""
        try:
            moment = datetime.fromisoformat(self.began).astimezone(UTC)
        except ValueError:
            return self.began
        return f"{moment.day} {moment:%B %Y at %H:%M} UTC"


def is_upload_graph(name: str) -> bool:
    """Return whether a graph is a marker or a staging graph."""
    return name.startswith(UPLOAD_PREFIX)


def find_upload_iri(name: str) -> str:
    """Return the IRI of the upload that a marker or staging graph belongs to."""
    return UPLOAD_PREFIX + name.removeprefix(UPLOAD_PREFIX).partition("/")[0]
