"""Test doubles and drivers: the stack in memory, the wire to it, and how AWS delivers."""
