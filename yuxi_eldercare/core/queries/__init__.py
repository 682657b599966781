"""Questions about the shared nouns."""
