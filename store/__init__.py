"""The desk without a screen: everything that is kept, and every rule. Imports no textual, rich or tui."""
