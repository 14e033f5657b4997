"""The commands, one file per group; thin: read the options, call one thing, print."""
