"""Supervision (督办): the ladder applied day by day, notices and their replies, points for units."""
