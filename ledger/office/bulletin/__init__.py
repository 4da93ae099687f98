"""Bulletins as documents: the fields that a template may name, made from a bulletin's figures."""
