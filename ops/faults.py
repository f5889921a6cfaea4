"""How the command says no: one clear sentence and exit status 2."""


class Stop(Exception):
    """Ends the command with this sentence on standard error and exit status 2."""
