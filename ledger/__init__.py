"""An event-sourced scoring ledger: facts in, postings out, every score provable."""

__version__ = "0.1.0"
