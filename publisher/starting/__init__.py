"""A first folder: a commented schedule file, a sample list and the schema for editors, in English or Polish."""
