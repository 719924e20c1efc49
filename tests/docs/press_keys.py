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

from tests.support.limits import HANG


def main() -> int:
    keys, command = sys.argv[1], sys.argv[2:]
    process, terminal = pty.fork()
    if not process:
        os.execv(command[0], command)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    given_up = time.monotonic() + HANG
    while time.monotonic() < given_up:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                shown = os.read(terminal, 65536)
            except OSError:  # the other side is gone
                shown = b""
            if not shown:
                break
            sys.stdout.buffer.write(shown)
        elif keys and not termios.tcgetattr(terminal)[3] & termios.ICANON:
            # it has asked for single keys, and takes what is typed ahead one after the other
            os.write(terminal, keys.encode())
            keys = ""
    else:
        os.kill(process, 9)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


if __name__ == "__main__":
    sys.exit(main())
