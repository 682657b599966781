"""The round's sheet as an Excel file: written as a template, read back, compared, and applied all or nothing."""
