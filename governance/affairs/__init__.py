"""What happens in a village. One file is one affair: its tables, its legal moves, its verbs."""
