"""Archived bytes -> Document -> Reading -> Report, Facts and Findings. Knows nothing of the network."""
