"""The file that people edit: read with positions, checked against the grammar, loaded into the model."""
