"""The words for formats and severities, in one place that costs nothing to import."""

#: Formats of answers that are rows, and those of all answers.
ROW_FORMATS = ("table", "csv", "tsv", "json", "md")
ANSWER_FORMATS = (*ROW_FORMATS, "ttl", "nt")

#: Formats of what is told in words.
TEXT_FORMATS = ("text", "json", "md")

#: Formats of the graph by file extension; those of ``MERGED`` hold the default graph only.
#: In ``ttl12``, Turtle of RDF 1.2, assertions are reifiers.
RDF_FORMATS = ("ttl", "ttl12", "trig", "nq", "nt", "jsonld")
MERGED_FORMATS = ("ttl", "ttl12", "nt")

#: Formats of networks, which other programs open.
NETWORK_FORMATS = ("graphml", "gexf")
#: Formats of a measured network: to read, as rows, as RDF, as a network.
MEASURE_FORMATS = (*ROW_FORMATS, "ttl", "trig", "nq", *NETWORK_FORMATS)

#: Formats of the graph as a whole.
EXPORT_FORMATS = (*RDF_FORMATS, *NETWORK_FORMATS)

#: The location of the shipped graph.
SHIPPED_GRAPH = "memory:"

#: How well a fact was checked, from the best on: the ranks of the ontology's concepts.
VERIFICATION_LEVELS = ("primary", "official-copy", "cross-checked", "press")

#: From the mildest on; ``none`` is a threshold that no finding reaches.
SEVERITIES = ("info", "warning", "violation", "none")
