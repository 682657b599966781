"""Questions the projects app asks the database."""
