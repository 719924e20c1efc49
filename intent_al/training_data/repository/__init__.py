"""Onto the disk and into git: journal, undo, copies, branches, the ledger."""
