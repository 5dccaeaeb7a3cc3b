"""What all parts stand on and imports nothing of ours: tables of data/, locks, hashes, workers, terminal."""
