"""The SPARQL endpoint: read-only, in bounded time and memory, whatever it is asked."""
