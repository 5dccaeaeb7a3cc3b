"""A made-up province whose portals speak the dialects of FAMILIES.md, served on loopback."""
