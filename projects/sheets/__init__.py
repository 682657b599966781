"""Sheets of other systems (an export of the civil-affairs or childcare-filing system) read into the register.

`reading` gives a file's rows of texts, `fields` says what a column can hold and how people head it, `mapping` which
column holds what and is kept under a name, `places` finds regions, `lines` turns rows into statements, `comparing`
sets them against the register, `uploads` keeps the file between preview and confirmation and runs large ones as a
job.
"""
