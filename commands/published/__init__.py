"""Commands that give a build to others: site, serve, export, release; audit asks people to key some."""
