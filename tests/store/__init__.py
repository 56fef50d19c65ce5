"""Tests of stores: on this machine, on disk and on servers."""
