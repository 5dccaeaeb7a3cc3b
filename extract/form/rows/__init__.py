"""What a document prints, row by row: from its tables, and from its running text."""
