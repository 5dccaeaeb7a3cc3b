"""The network to the archive: registry, manners, platforms, spiders."""
