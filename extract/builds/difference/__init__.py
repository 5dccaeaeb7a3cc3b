"""What a build takes over from the one before it, and by what it is told that nothing of it has changed."""
