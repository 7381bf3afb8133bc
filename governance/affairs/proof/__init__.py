"""The proof of the house: that what stands beside the book says the same as the book, and as what hangs outside."""
