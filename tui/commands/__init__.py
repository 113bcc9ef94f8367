"""What an agent can tell the console to do: one class for each command; keys, footer, palette and help derive from it."""
