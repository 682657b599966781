"""The project ledger as a workbook: written with live numbers, read back, compared, applied all or nothing.

`fields` says what columns there are and how people head them, `rows` reads the ledger, `book` writes the workbook by
the whole rows of `writing`, `reading` gives an uploaded file's rows, `mapping` which column holds what, `lines`
turns rows into entries, `applying` puts them through the same actions as the pages, `uploads` takes a file from receipt
to result. Files and mappings are kept by `projects.sheets`.
"""
