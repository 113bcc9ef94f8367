"""What the agent sees: the console and the command line. Holds no SQL and no rule."""
