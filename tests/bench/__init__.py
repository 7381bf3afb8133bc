"""`python -m tests.bench`: the running service beside a plain reference, on one machine, in one run."""
