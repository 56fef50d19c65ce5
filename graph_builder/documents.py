"""The shipped source documents: a list, a description, a check against the text."""

from pathlib import Path

from graph_builder.errors import FactsError, UnknownNameError
from graph_builder.resources import folder
from graph_builder.sources import Document, read_facts
from graph_builder.sources.passages import check_passages
from graph_builder.sources.text_files import read_text


def listing() -> str:
    """Return a line a source: id, number of facts, title and publisher."""
    documents = read_facts(folder("facts")).documents
    width = max(map(len, documents))
    return "".join(
        f"{name:{width}}  {len(document.facts):4} facts  "
        f"{document.source.title} ({document.source.publisher})\n"
        for name, document in sorted(documents.items())
    )


def describe(name: str) -> str:
    """Return what is known of one source; raises UnknownNameError."""
    documents = read_facts(folder("facts")).documents
    if name not in documents:
        raise UnknownNameError("source", name, documents)
    record = documents[name].source.model_dump(
        exclude_none=True, by_alias=True, exclude={"text", "holds"}
    )
    width = max(map(len, record))
    lines = [f"{key:{width}}  {value}\n" for key, value in record.items()]
    return "".join((*lines, f"{'facts':{width}}  {len(documents[name].facts)}\n"))


def check_document(source: str, text: Path | None = None) -> Document:
    """Return a source document, checked with everything it refers to and, if at hand, its text.

    ``source`` is the id of a shipped source or the path of a YAML file, which is read beside the
    shipped ones. Raises FactsError with all findings, UnknownNameError for an unknown id.
    """
    path = Path(source)
    is_path = path.suffix == ".yaml" or path.exists()
    documents = read_facts(folder("facts"), also=path if is_path else None).documents
    by_path = {document.path.resolve(): name for name, document in documents.items()}
    name = by_path.get(path.resolve(), "") if is_path else source
    if name not in documents:
        raise UnknownNameError("source", source, documents)
    if text:
        findings = check_passages(documents[name], read_text(text))
        if findings.found:
            raise FactsError(findings.found)
    return documents[name]
