"""List the terms of the outside vocabularies, from files in published packages.

    for v in dc11 dcterms foaf oa org owl prov qb rdf rdfs sem sh skos vann xsd; do
        npm pack @vocabulary/$v --pack-destination FOLDER
    done
    for v in ai risk; do  # in a clone of github.com/w3c/dpv
        git show f01a55c3c098:2.2/$v/$v.ttl > FOLDER/dpv-$v.ttl
    done
    python tools/published_terms.py FOLDER tests/ontology/published-terms.json

FOLDER also has eli.rdf, the ELI ontology 1.3 of the EU Publications Office, as data/eli.rdf of the
GitHub repository dorg-ihu/ontology-as-a-service has it (see ELI below for the commit).
The npm packages hold each vocabulary as N-Quads; the one of DPV has version 1, without extensions.
Their copy of schema.org has http IRIs and they have none of ODRL, so these terms come from the
namespace modules of the installed rdflib.
"""

import hashlib
import json
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import TypedDict

from pyoxigraph import NamedNode, RdfFormat, parse
from rdflib import ODRL2, SDO
from rdflib.namespace import _ODRL2, _SDO, DefinedNamespace

USAGE = 2
ELI = "GitHub dorg-ihu/ontology-as-a-service 12927915b6326dcdc84522ee5d5d09d89f83f106"
ELI_NAMESPACE = "http://data.europa.eu/eli/ontology#"


class Vocabulary(TypedDict):
    """One vocabulary: where its terms were read and which they are."""

    namespace: str
    package: str
    file: str
    sha256: str
    terms: list[str]


def member(archive: tarfile.TarFile, path: str) -> bytes:
    """Return the content of one file of an npm archive."""
    stream = archive.extractfile(f"package/{path}")
    if stream is None:
        raise FileNotFoundError(path)
    with stream:
        return stream.read()


def subjects(quads: bytes, namespace: str, format_: RdfFormat = RdfFormat.N_QUADS) -> list[str]:
    """Return the local names of the described terms that lie in the namespace."""
    found = {quad.subject for quad in parse(quads, format=format_)}
    iris = (term.value for term in found if isinstance(term, NamedNode))
    names = {iri.removeprefix(namespace) for iri in iris if iri.startswith(namespace)}
    return sorted(names - {""})


def from_npm(path: Path) -> tuple[str, Vocabulary]:
    """Read one vocabulary from an archive that ``npm pack`` has written."""
    with tarfile.open(path) as archive:
        about = json.loads(member(archive, "package.json"))
        prefix, namespace = (about["vocabulary"][key] for key in ("prefix", "namespace"))
        quads = member(archive, f"{prefix}.nq")
    return prefix, {
        "namespace": namespace,
        "package": f"npm {about['name']} {about['version']}",
        "file": f"{prefix}.nq",
        "sha256": hashlib.sha256(quads).hexdigest(),
        "terms": subjects(quads, namespace),
    }


def from_eli(path: Path) -> tuple[str, Vocabulary]:
    """Read the terms of the ELI ontology from its RDF/XML file."""
    found = {quad.subject for quad in parse(path=path, format=RdfFormat.RDF_XML)}
    iris = (term.value for term in found if isinstance(term, NamedNode))
    names = {iri.removeprefix(ELI_NAMESPACE) for iri in iris if iri.startswith(ELI_NAMESPACE)}
    return "eli", {
        "namespace": ELI_NAMESPACE,
        "package": ELI,
        "file": "data/eli.rdf",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "terms": sorted(names - {""}),
    }


def from_dpv(path: Path) -> tuple[str, Vocabulary]:
    """Read one extension of the Data Privacy Vocabulary from a file of its repository."""
    name = path.stem.removeprefix("dpv-")
    namespace = f"https://w3id.org/dpv/{name}#"
    triples = path.read_bytes()
    return path.stem, {
        "namespace": namespace,
        "package": "GitHub w3c/dpv f01a55c3c0983e35cdfdf80593ece3353faba7b8",
        "file": f"2.2/{name}/{name}.ttl",
        "sha256": hashlib.sha256(triples).hexdigest(),
        "terms": subjects(triples, namespace, RdfFormat.TURTLE),
    }


def from_rdflib(
    prefix: str, terms: type[DefinedNamespace], module: ModuleType
) -> tuple[str, Vocabulary]:
    """Read the terms of a vocabulary from a namespace module of the installed rdflib."""
    path = Path(str(module.__file__))
    namespace = str(terms)
    return prefix, {
        "namespace": namespace,
        "package": f"PyPI rdflib {version('rdflib')}",
        "file": f"rdflib/namespace/{path.name}",
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "terms": sorted(str(term).removeprefix(namespace) for term in dir(terms)),
    }


def main(arguments: list[str]) -> int:
    """Write the list of terms and say how many there are of each vocabulary."""
    if len(arguments) != USAGE:
        print("use: published_terms.py FOLDER OUTPUT", file=sys.stderr)
        return USAGE
    folder, output = map(Path, arguments)
    read = [*map(from_npm, sorted(folder.glob("vocabulary-*.tgz")))]
    read += map(from_dpv, sorted(folder.glob("dpv-*.ttl")))
    modules = (from_rdflib("schema", SDO, _SDO), from_rdflib("odrl", ODRL2, _ODRL2))
    found = dict([*read, *modules, from_eli(folder / "eli.rdf")])
    text = json.dumps(dict(sorted(found.items())), ensure_ascii=False, indent=1)
    output.write_text(text + "\n", encoding="utf-8")
    for prefix, vocabulary in sorted(found.items()):
        print(f"{prefix}: {len(vocabulary['terms'])} terms, {vocabulary['package']}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
