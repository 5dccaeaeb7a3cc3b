"""The audit: how many reports are read wrongly, by a sample that people key without the reading."""
