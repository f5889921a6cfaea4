"""The marketplace export: a folder of CSV files, checked as a whole before anything is written.

`check_export` reads every row once, names each fault by file, line, column and value, and stages the
good rows, so that they can be read back as domain objects in bounded memory.
"""

from ops.export.check import check_export
from ops.export.checked import CheckedExport, Counts
from ops.export.fault import Fault

__all__ = ["CheckedExport", "Counts", "Fault", "check_export"]
