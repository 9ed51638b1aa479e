"""Runs a command in a pseudo terminal: `terminal-bridge.py COLUMNS ROWS PROGRAM ARGUMENTS...`

What it writes comes out on stdout. Stdin takes a JSON object a line: {"input": text} or {"size": [columns, rows]}.
Ends with the command's exit code.
"""
import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def set_size(terminal: int, columns: int, rows: int) -> None:
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def main() -> int:
    columns, rows, *command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        set_size(0, int(columns), int(rows))
        os.execvp(command[0], command)
    watched = [terminal, 0]
    pending = b""
    while True:
        readable, _, _ = select.select(watched, [], [])
        if terminal in readable:
            try:
                output = os.read(terminal, 65536)
            except OSError:  # all that had it open have ended
                output = b""
            if not output:
                break
            os.write(1, output)
        if 0 in readable:
            given = os.read(0, 65536)
            if not given:
                watched.remove(0)
            *lines, pending = (pending + given).split(b"\n")
            for line in lines:
                order = json.loads(line)
                if "size" in order:
                    set_size(terminal, *order["size"])
                else:
                    os.write(terminal, order["input"].encode())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


sys.exit(main())
