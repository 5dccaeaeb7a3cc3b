"""What was written, held against what is there."""
