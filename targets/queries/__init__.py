"""One query function per question, already typed; pages and the API read the database only through these."""
