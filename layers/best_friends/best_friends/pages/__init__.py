"""What is shown in a browser: the answer page, the year's report, the local demo's pages.

Each module is imported on its own, so that the answer page's function does not load the report.
"""
