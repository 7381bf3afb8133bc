"""The register (农户花名册): Excel in and out.

A file becomes worksheets of plain text (`base/worksheets`), their rows become entries or faults (`rows`), entries meet the
households that exist (`matching`) and become a plan (`planning`), and a plan is carried out
whole or not at all (`importing`). `workbooks` writes the template and the exports.
"""
