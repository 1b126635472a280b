"""docs/examples/refresh_key.py in a process that is killed before or after its nth step outward: a write, a rename, a request.

    dying_refresh.py NTH before|after RECORD.json [now]
"""

import os
import signal
import sys
import time

import refresh_key
import signed_request

nth, when = int(sys.argv.pop(1)), sys.argv.pop(1)
steps = 0


def fatal(work):
    def step(*given, **named):
        global steps
        steps += 1
        strikes = steps == nth
        if strikes and when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = work(*given, **named)
        if strikes and when == "after":
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return step


os.fsync = fatal(os.fsync)
os.replace = fatal(os.replace)
signed_request.opener.open = fatal(signed_request.opener.open)
time.sleep = lambda seconds: None
sys.exit(refresh_key.main())
