"""Source documents: a list, a description, a check of their files and against their texts."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from graph_builder.errors import FactsError, ReadError, UnknownNameError
from graph_builder.resources import folder
from graph_builder.sources import Document, FactBase, read_facts
from graph_builder.sources.folders import misnamed, scan
from graph_builder.sources.passages import check_passages
from graph_builder.sources.text_files import is_folder, read_source_text, read_text, same
from graph_builder.sources.yaml_files import read_yaml
from graph_builder.texts import visible


@dataclass(frozen=True)
class Checked:
    """A file in which nothing is to be mended: how many facts, passages and entities it holds."""

    path: Path
    facts: int | None
    passages: int
    entities: int


def listing() -> str:
    """Return a line a source: id, number of facts, title and publisher."""
    documents = read_facts(folder("facts")).documents
    width = max(map(len, documents))
    return "".join(
        f"{name:{width}}  {len(document.facts):4} facts  "
        f"{visible(document.source.title)} ({visible(document.source.publisher)})\n"
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
    lines = [f"{key:{width}}  {visible(value)}\n" for key, value in record.items()]
    return "".join((*lines, f"{'facts':{width}}  {len(documents[name].facts)}\n"))


def check(source: str, text: Path | None = None) -> list[Checked]:
    """Return the files of a source, checked with all they refer to and, if at hand, its text.

    ``source`` is a path that ends in .yaml, the id of a shipped source, or a folder, in this order.
    A file is read beside the shipped ones, a folder beside the shipped registry alone. Raises
    FactsError with all findings, UnknownNameError for an unknown id, ReadError for what is neither.
    """
    base, paths = _read(source, Path(source))
    documents = {each.path: each for each in base.documents.values() if each.path in paths}
    if text:
        _check_text(source, list(documents.values()), text)
    entities = Counter(Path(located.place.file) for located in base.entities)
    return [_checked(path, documents.get(path), entities[path]) for path in paths]


def _read(source: str, path: Path) -> tuple[FactBase, list[Path]]:
    shipped = folder("facts")
    suffix = path.suffix.lower()
    if suffix == ".yaml" and not is_folder(path):
        own = next((each for each in scan(shipped).yaml if same(each, path)), path)
        return read_facts(shipped, also=own), [own]
    if suffix in (".csv", ".yml") and not is_folder(path):
        read_text(path)
        raise FactsError([misnamed(path)]) if suffix == ".yml" else ReadError(_owner(path))
    base = read_facts(shipped)
    if source in base.documents:
        return base, [base.documents[source].path]
    if is_folder(path):
        return read_facts(path, registry=shipped / "registry"), scan(path).yaml
    if same(path, path):
        raise ReadError(f"{path}: no fact file; the name of one ends in .yaml")
    raise UnknownNameError("source", source, base.documents)


def _owner(path: Path) -> str:
    """Return which fact file to check in place of a list."""
    for each in sorted(path.parent.glob("*.yaml")):
        try:
            tree, _, _ = read_yaml(read_text(each), str(each))
        except (FactsError, ReadError):
            continue
        lists = tree.get("lists") if isinstance(tree, dict) else None
        if isinstance(lists, list) and path.name in lists:
            return f"{path}: a list is checked with the fact file that names it: {each}"
    return f"{path}: no fact file beside it names this list; check the one that should, a .yaml"


def _check_text(source: str, documents: list[Document], text: Path) -> None:
    if len(documents) != 1:
        raise ReadError(f"{source}: {len(documents)} sources; --text is the text of one")
    findings = check_passages(documents[0], read_source_text(text))
    if findings.found:
        raise FactsError(findings.found)


def _checked(path: Path, document: Document | None, entities: int) -> Checked:
    facts = document.facts if document else ()
    return Checked(
        path=path,
        facts=len(facts) if document else None,
        passages=sum(located.record.anchor is not None for located in facts),
        entities=entities,
    )
