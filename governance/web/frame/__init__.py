"""What the doors share: who may pass, forms, words, pictures."""
