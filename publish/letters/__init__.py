"""Letters to agencies: what does not add up in their reports, for them to look into."""
