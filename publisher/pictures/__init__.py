"""Pictures as bytes: what is in a file, what a platform takes, and what is drawn here. Reads no file but its fonts."""
