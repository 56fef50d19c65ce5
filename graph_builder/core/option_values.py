"""Values that options accept: formats, levels and severities; it imports nothing, to be fast."""

#: Formats of answers that are rows, and of all answers.
ROW_FORMATS = ("table", "csv", "tsv", "json", "md")
#: CSV for spreadsheet programs, wherever there is CSV.
SPREADSHEET_FORMAT = "excel"
ANSWER_FORMATS = (*ROW_FORMATS, "ttl", "nt")

#: Formats of reports.
TEXT_FORMATS = ("text", "json", "md")

#: Formats of the graph, by file extension, and those of them that hold the default graph only.
#: In ``ttl12``, Turtle of RDF 1.2, assertions are reifiers.
RDF_FORMATS = ("ttl", "ttl12", "trig", "nq", "nt", "jsonld")
MERGED_FORMATS = ("ttl", "ttl12", "nt")

#: Formats of networks, for other programs.
NETWORK_FORMATS = ("graphml", "gexf")
#: Formats of a measured network: as text, rows or a network.
MEASURE_FORMATS = (*ROW_FORMATS, *NETWORK_FORMATS)

#: Formats of the graph as a whole.
EXPORT_FORMATS = (*RDF_FORMATS, *NETWORK_FORMATS)

#: The location that means the shipped graph.
SHIPPED_GRAPH = "memory:"

#: Levels of verification, the best first, as the ontology ranks them.
VERIFICATION_LEVELS = ("primary", "official-copy", "cross-checked", "dataset", "press")

#: Severities, the mildest first; ``none`` is a threshold that no finding reaches.
SEVERITIES = ("info", "warning", "violation", "none")
