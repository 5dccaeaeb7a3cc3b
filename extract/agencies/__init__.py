"""Places over time, agencies, and whose report a document is (docs/domain/variation.md#agency-names)."""
