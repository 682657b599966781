"""Paying out: batches for the finance system, its results, and recoveries."""
