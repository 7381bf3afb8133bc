"""What happens in a village. One room is one affair: its tables, its legal moves, its verbs."""
