"""Runs a command in a terminal of its own, for a test that types.

Usage: terminal.py <command> [<argument>]...
Prints what the command prints, and takes what is typed as hexadecimal digits, a line for each time. The
end of standard input takes the terminal away, as closing its window does. The exit code is that of the
command, or 128 and the number of the signal that ended it.
"""

import os
import pty
import select
import sys

STDIN, STDOUT = 0, 1


def main() -> int:
    command = sys.argv[1:]
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvp(command[0], command)
    inputs = [terminal, STDIN]
    while terminal in inputs:
        for readable in select.select(inputs, [], [])[0]:
            if readable == terminal and not pass_on(terminal):
                inputs.remove(terminal)
            elif readable == STDIN and not type_line(terminal):
                inputs.clear()
                os.close(terminal)
                break
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return code if code >= 0 else 128 - code


def pass_on(terminal: int) -> bool:
    try:
        printed = os.read(terminal, 65536)
    except OSError:  # Linux says so when no process has the terminal open any more.
        return False
    os.write(STDOUT, printed)
    return printed != b""


def type_line(terminal: int) -> bool:
    line = sys.stdin.buffer.raw.readline()
    os.write(terminal, bytes.fromhex(line.decode()))
    return line != b""


if __name__ == "__main__":
    sys.exit(main())
