"""Web pages (HTML, MHT): what a screen would show of them, as a Document."""
