"""Figures from what happened, taken from the log of changes: nothing is counted twice and nothing is estimated."""
