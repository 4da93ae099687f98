"""Files that offices keep, in and out."""
