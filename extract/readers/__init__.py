"""One module a format: bytes -> Document."""
