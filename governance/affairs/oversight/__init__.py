"""Oversight (监督): samples, comparisons, complaints, and who did what."""
