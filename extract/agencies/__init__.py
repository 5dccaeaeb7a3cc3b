"""Places over time, agencies, and whose report a document is (DOMAIN 3.3 C3, 4.8 to 4.12)."""
