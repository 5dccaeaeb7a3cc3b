"""Which governments have which portals and columns: data/registry as the crawl reads and writes it."""
