"""Reporting as pages show it: cells for the grid's script, rows for review, words for states."""
