"""Shapes of real portals that made-up ones lacked, each to be switched on for a county like a fault."""
