"""The static site: the graph as a folder of pages, pictures and files for any host."""
