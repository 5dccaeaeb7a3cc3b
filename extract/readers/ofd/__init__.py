"""OFD (GB/T 33190), China's own format of fixed pages, as a Document."""
