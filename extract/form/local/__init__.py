"""Forms of provinces and cities that are no national edition."""
