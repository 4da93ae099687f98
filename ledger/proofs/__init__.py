"""Proofs about the log in the formats of C2SP and RFC 9162: checkpoints, signed notes, inclusion, consistency, receipts."""
