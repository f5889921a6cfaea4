"""Pages: what people see behind a link, and the yearly report."""
