"""One report, many copies: its readings are found, one is chosen, the others are set aside and kept."""
