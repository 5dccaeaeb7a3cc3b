"""Pages of reports: their title, body, metadata, files and further parts."""
