"""The desk: what is doubtful, one after the other beside its picture, for a person who keys it unseen."""
