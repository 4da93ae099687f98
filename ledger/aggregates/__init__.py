"""May it be recorded? Plain deciders over live facts, one module a consistency boundary.

A state is a frozen dataclass of the facts that live in one boundary. ``decide`` judges a fact against the *other*
live facts, whatever the order in which they were recorded, so that the same function judges a new entry, a restored
one, and those that depend on one about to be reversed.
"""
