"""Tables out of lines and print on a page: what PDF, OFD and pictures have in common."""
