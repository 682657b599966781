"""Pages of the month's reporting: desk, entry grid, review, confirmation, rounds and what goes with them.

They show what `targets.reporting` answers and call its actions; they change nothing themselves.
"""
