"""Pages: each IRI of the graph as a document for people, and as one for programs."""
