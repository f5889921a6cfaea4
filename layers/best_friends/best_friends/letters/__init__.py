"""Letters: what a Friend is written, in de, fr, it and en."""
