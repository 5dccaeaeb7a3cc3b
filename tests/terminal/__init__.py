"""What a terminal, a pipe and a spreadsheet are given."""
