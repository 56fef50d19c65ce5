"""Significance tests: which links are more than chance."""
