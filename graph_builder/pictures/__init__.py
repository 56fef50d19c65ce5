"""Pictures: views of a graph, each as one HTML page that works offline."""
