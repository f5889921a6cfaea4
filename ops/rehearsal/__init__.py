"""The rehearsal: a whole programme year on this machine, in seconds."""
