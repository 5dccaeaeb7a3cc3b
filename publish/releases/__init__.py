"""Releases: a build as a data set to cite, with a version in every file."""
