"""Who lives and works here, and by what rules."""
