"""What the text says: items, problems, and (each with its quote) figures and status.

Pure functions over the ledger's texts. Rules are of the language, never of one row.
"""
