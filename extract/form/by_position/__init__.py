"""Tables whose cells are told by their place: table four."""
