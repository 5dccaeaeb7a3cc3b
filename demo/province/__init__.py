"""A made-up province whose portals speak the dialects of docs/domain/families.md, served on loopback."""
