"""Sheets of other systems (an export of the civil-affairs or childcare-filing system) read into the register.

`reading` gives a file's rows of texts, `fields` says what a column can hold and how people head it, `mapping` which
column holds what, `places` finds regions, `lines` turns rows into statements, `comparing` sets them against the
register, `uploads` takes a file from receipt to result and runs large ones as a job.

`keeping` (uploaded sheets) and `kept` (column mappings under a name) serve the ledger's sheets, too; `keeping` also the
lists of divisions.
"""
