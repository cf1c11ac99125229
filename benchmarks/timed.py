"""Run one command and print what it took: ``python -I -S timed.py LOG SECONDS COMMAND…``; SECONDS 0 is no limit.

A process is charged with the memory of the one that started it, so a small one must: this imports next to nothing.
"""

import os
import resource
import sys
import time


def main(log: str, seconds: int, command: list[str]) -> None:
    """Run the command to its end; print CPU and wall seconds, the largest process's memory, the wait status."""
    if seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    said = (os.POSIX_SPAWN_OPEN, 1, log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, os.environ, file_actions=[said, (os.POSIX_SPAWN_DUP2, 1, 2)])
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    memory = usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * 1024
    sys.stdout.write(f"{usage.ru_utime + usage.ru_stime} {wall} {memory} {status}\n")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3:])
