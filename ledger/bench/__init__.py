"""Speed as ratios, measured side by side in one run: what we add to raw SQLite, and how we stand beside our peers."""
