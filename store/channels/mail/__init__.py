"""E-mail: from raw bytes to what was written, and back out again."""
