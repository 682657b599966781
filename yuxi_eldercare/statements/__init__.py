"""Statements about subsidies (补助资金情况): a county's year as a Word document in official layout."""
