"""From bytes to a tree in which every value knows its place, past every mistake on the way."""
