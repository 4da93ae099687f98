"""Schemes as data, and the evaluation that turns facts into postings."""
