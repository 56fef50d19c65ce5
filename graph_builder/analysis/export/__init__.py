"""Networks as files for other programs: GEXF and GraphML."""
