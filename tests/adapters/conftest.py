"""Everything of this suite runs in memory."""

from tests.support.fixtures import *  # noqa: F403
