"""The use cases, one module each, over the ports in `ports`."""
