"""The operators' command `best-friends`."""
