"""Every fetch as it came: bodies by their hash, a log of fetches, and what others are handed of it."""
