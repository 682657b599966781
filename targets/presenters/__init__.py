"""Rows and sentences shaped for a reader: words for states, numbers with their unit, counts of lights."""
