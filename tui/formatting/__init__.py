"""From values to what a terminal shows: widths in cells, times in words, rows of the queue. Imports no Textual."""
