"""Basics that every other package uses: errors, vocabulary, ontology, dates, text."""
