"""The rules of a village (积分细则): written, loaded, drafted, adopted."""
