"""The form: its codebook, where its tables stand in a Document, and which cell is which row and column."""
