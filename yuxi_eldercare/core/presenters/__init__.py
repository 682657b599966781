"""Shaping the shared nouns for pages."""
