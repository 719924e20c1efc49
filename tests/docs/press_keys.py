"""A command in a terminal of its own, with somebody who presses keys: ``press_keys.py KEYS ARGS``.

The README's reader reviews by hand; a test has no hands.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time

QUIET = 0.4
DEADLINE = 60.0


def main() -> int:
    keys, command = sys.argv[1], sys.argv[2:]
    process, terminal = pty.fork()
    if not process:
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    waiting = list(keys)
    seen_since = False
    deadline = time.monotonic() + DEADLINE
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], QUIET)[0]:
            try:
                shown = os.read(terminal, 65536)
            except OSError:  # the other side is gone
                shown = b""
            if not shown:
                break
            sys.stdout.buffer.write(shown)
            seen_since = True
        elif seen_since and waiting:
            # it has drawn something and now waits
            os.write(terminal, waiting.pop(0).encode())
            seen_since = False
    else:
        os.kill(process, 9)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
