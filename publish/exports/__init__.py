"""Exports: any view or query as a file for somebody's program, one module a kind of file."""
