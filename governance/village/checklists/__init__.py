"""The checklists of inspections (检查表): versions, wording, files."""
