"""The rules of the programme: pure, without AWS, clock or environment."""
