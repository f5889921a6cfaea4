"""The embedded AWS: the same template, on this machine, for rehearsals and for looking around."""
