"""The rooms of the console; each is imported when it is first opened."""
