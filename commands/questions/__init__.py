"""Commands that ask a build: sql, show, letter, findings, status."""
