"""What is told beside answers, as lines for machines."""
