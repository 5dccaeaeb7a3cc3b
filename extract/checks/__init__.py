"""Checks of what was read against what the form itself promises (勾稽关系)."""
