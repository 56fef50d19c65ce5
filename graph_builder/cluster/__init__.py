"""Assertions and networks of any size on a cluster, in the Spark DataFrame API."""
