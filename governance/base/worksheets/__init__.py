"""What people bring from Excel, WPS or a CSV file, read once as worksheets of plain text: the one guarded way in.

`reading` takes a file of any of the kinds, `xlsx`, `xls` and `csv` one each; a file is measured before
anything is laid out, and what is empty costs nothing, wherever it stands.
"""
