"""The words that people read: one catalogue a language."""
