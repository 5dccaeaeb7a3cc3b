"""What large builds, their releases, pages and servers take."""
