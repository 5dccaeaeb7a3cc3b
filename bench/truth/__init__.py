"""How right what is read and told is, against known truth."""
