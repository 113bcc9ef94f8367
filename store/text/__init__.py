"""What text is, in five languages: inert, folded, split into sentences, told apart by language."""
