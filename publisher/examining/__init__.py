"""``publisher doctor``: whether everything is there that sending needs. Nothing is published."""
