"""Runs a command in a real pseudo terminal, and writes down what comes out of it.

    python3 terminal.py <columns> <text to wait for> <keys to type then> <command> [argument...]

Standard output gets one JSON object: {"output": what the terminal got, "exitCode": the command's}.
"""
import fcntl
import json
import os
import pty
import struct
import sys
import termios

columns, awaited, keys, *command = sys.argv[1:]
pid, terminal = pty.fork()
if pid == 0:
    # Only now, so that the command never sees a terminal without a size.
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(columns), 0, 0))
    os.execvp(command[0], command)

output = b""
typed = keys == ""
while True:
    try:
        chunk = os.read(terminal, 65536)
    except OSError:  # the command has closed its side
        break
    if not chunk:
        break
    output += chunk
    if not typed and awaited.encode() in output:
        os.write(terminal, keys.encode())
        typed = True
_, status = os.waitpid(pid, 0)
json.dump({"output": output.decode(), "exitCode": os.waitstatus_to_exitcode(status)}, sys.stdout)
