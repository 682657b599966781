"""Judging what is stored: rows → cases → answers → rows. What a case deserves, `targets.progress` knows.

territory, locks   which regions roll up into which, and what is locked before it is read
rolling            members' values → the parent's value of the same period end
inputs             rows → judging cases, one set of statements for any number of targets
verdicts           cases → answers, with the roll-up of "each county" targets
store              answers → Assessment and Transition rows
rejudging          the transaction that does all of this for one indicator
nightly            the run that verifies and advances everything
explain            an Assessment recomputed from its stored inputs alone
"""
