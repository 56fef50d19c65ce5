"""Tests of tables of assertions and networks, on the engines that have the Spark DataFrame API."""
