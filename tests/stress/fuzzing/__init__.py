"""Made-up inputs: how they are made, and what each parser is held to. :mod:`tests.stress.fuzz` runs it."""
