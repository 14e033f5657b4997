"""The truth about what was planned, tried, and came of it: SQLAlchemy Core on SQLite, schema by Alembic."""
