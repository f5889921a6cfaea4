"""What is so for every suite: the machine's own time zone must not matter."""

import os
import time

os.environ["TZ"] = "UTC"
time.tzset()
