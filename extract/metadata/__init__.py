"""What a document says of itself: its title, the agency and the year."""
