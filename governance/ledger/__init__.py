"""The book: what every household's points are and how they came to be. Villages are only keys here."""
