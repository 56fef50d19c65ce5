"""The tests of the package and of the data it ships."""
