"""Answers -> people: the printed cell, the static site, the server."""
