"""Networks from the graph, as NetworkX graphs with the evidence of each edge."""
