"""What the log comes to at a cut: standings, statements, and later snapshots and restatements. Pure functions."""
