"""What several commands share: options, what a question is asked of, how an answer looks in a terminal."""
