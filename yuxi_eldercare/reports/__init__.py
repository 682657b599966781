"""Reports: what a closed month says, as an official document, a workbook, a PDF page and rows.

`facts` reads the frozen rows, `builders` turn them into a `Content` of blocks and sheets (`blocks`, `sheets`), one
renderer per format writes that down, `producing` keeps it with its checksum and `proving` shows that it matches.
"""
