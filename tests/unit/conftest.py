"""Unit tests are quick and alone: no network, and no deadline that a busy machine could miss."""

import pytest
from hypothesis import settings

settings.register_profile("unit", deadline=None, max_examples=60)
settings.load_profile("unit")


@pytest.fixture(autouse=True)
def no_network(socket_disabled: None) -> None:
    """Whoever opens a socket fails."""
