"""Commands of the crawl: portals, columns, runs, what a run told; the archive and the registry."""
