"""The journal: an append-only log of records in one SQLite file, each hashed into an RFC 6962 tree."""
