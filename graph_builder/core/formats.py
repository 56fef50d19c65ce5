"""The words for formats and severities, in one place that costs nothing to import."""

#: Formats of answers that are rows, and those of all answers.
ROWS = ("table", "csv", "tsv", "json", "md")
ANSWERS = (*ROWS, "ttl", "nt")

#: Formats of what is told in words.
WORDS = ("text", "json", "md")

#: Formats of the graph by file extension; those of ``MERGED`` hold the default graph only.
#: In ``ttl12``, Turtle of RDF 1.2, assertions are reifiers.
RDF = ("ttl", "ttl12", "trig", "nq", "nt", "jsonld")
MERGED = ("ttl", "ttl12", "nt")

#: Formats of networks, which other programs open.
NETWORKS = ("graphml", "gexf")
#: Formats of a measured network: to read, as rows, as RDF, as a network.
MEASURES = (*ROWS, "ttl", "trig", "nq", *NETWORKS)

#: Formats of the graph as a whole.
EXPORTS = (*RDF, *NETWORKS)

#: The location of the shipped graph.
MEMORY = "memory:"

#: How well a fact was checked, from the best on: the ranks of the ontology's concepts.
VERIFICATIONS = ("primary", "official-copy", "cross-checked", "press")

#: From the mildest on; ``none`` is a threshold that no finding reaches.
SEVERITIES = ("info", "warning", "violation", "none")
