"""Tests of the measures of networks."""
