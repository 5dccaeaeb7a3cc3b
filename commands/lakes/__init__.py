"""Commands that keep a lake: push and pull, prune, verify."""
