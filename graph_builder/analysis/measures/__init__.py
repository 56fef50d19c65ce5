"""Measures of networks, each with the source of its method."""
