"""What processes may do, how they end, and with whom."""
