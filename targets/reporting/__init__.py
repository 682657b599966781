"""The month's reporting, from draft to published: the only door for changing entries (domain guide §5).

Without the database:
periods, figures, numbers, changes   period ends, what a cell says, what a person typed, what is to change
checks                               rules on cells, given a context of values

With it:
scope, window        who may see and change an entry; whether its unit may still write
trail                steps and audit rows, locks, who entered what
entries              saving cells; steps: submit, withdraw, return, review; publishing: publish, correct
context, rules       what checks look at; rules as data, tried on past values
denominators, cascade   denominators that belong to somebody else, and what a new version sets off
lights, red          the light a value would give; causes and measures for red ones
rounds               opening and closing rounds
grid, desk, owing, diffs, sheets     what pages ask, one function per question
exceptions, proxies, handover, reminders, evidence; people, wording
importers, tasks     the reporting files; what the scheduler starts
"""
