"""The phone and the doorstep (网格员在户): what is taken along, what is seen at a door, what is handed in."""
