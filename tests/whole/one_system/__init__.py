"""A package, so that its deployed system ends with it."""
