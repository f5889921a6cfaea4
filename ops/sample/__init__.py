"""A made-up marketplace: an export to try the programme with, the same bytes for the same seed."""

from ops.sample.sample import SampleCounts, write_sample

__all__ = ["SampleCounts", "write_sample"]
