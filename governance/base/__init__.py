"""The ground floor: settings, database, errors, clock, files. Knows no village."""
