"""What is shown in a browser: answers, offers, the ranking, the report, the local demo's pages.

Each module is imported on its own, so that the answer page's function does not load the report.
"""
