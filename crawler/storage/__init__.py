"""A lake in object storage: what several machines share, and what outlives each of them."""
