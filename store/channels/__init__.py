"""How customers reach the desk and how replies leave it."""
