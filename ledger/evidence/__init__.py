"""Evidence: what the ledger gives out for others to check without it, and the file that they check it with."""
