"""The Best Friends programme: rules, use cases, adapters, letters and pages."""
