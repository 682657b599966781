"""Supervision notices as Word documents in official layout: what was said at sending, and nothing else."""
