"""The form as the codebook states it: editions, lines, columns, labels, identities."""
