"""What can go wrong beyond the edge, in the application's own words."""


class Conflict(Exception):
    """Somebody else wrote in between; read again and start over."""


class Throttled(Exception):
    """The service asks to come back later; nothing was done."""


class Refused(Exception):
    """The service will never do this; trying again is pointless."""


class InDoubt(Exception):
    """No reply came back: it may or may not have been done."""


class Refusal(Exception):
    """The programme says no, in one sentence that names the mend."""
