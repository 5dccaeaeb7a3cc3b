"""Readings kept, assembled into tables, checked, and made current in one rename."""
