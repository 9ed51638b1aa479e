"""Runs commands one after the other and measures each from outside.

A line of JSON in, a line of JSON out. Linux counts a process's CPU time together with that of the children it waited for
(wait4). Children that outlive their parent come to this process, which is their subreaper, and are counted too.
"""
import ctypes
import json
import os
import subprocess
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
SAMPLE_SECONDS = 0.005


def main() -> None:
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin:
        print(json.dumps(measure(**json.loads(line))), flush=True)


def measure(argv: list[str], cwd: str, env: dict[str, str], log: str, memory: bool) -> dict[str, float]:
    with open(log, "wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(argv, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        peak = peak_of_tree(process.pid) if memory else 0
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    while True:
        try:
            _, _, orphan = os.wait3(0)
        except ChildProcessError:
            break
        cpu += orphan.ru_utime + orphan.ru_stime
    return {"exitCode": process.returncode, "wall": wall, "cpu": cpu, "peak": peak}


def peak_of_tree(pid: int) -> int:
    """The most memory (bytes) that the process and its children held at one moment; shared pages count once."""
    peak = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        peak = max(peak, held_by(pid))
        time.sleep(SAMPLE_SECONDS)
    return peak


def held_by(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup") as rollup:
            own = next(int(line.split()[1]) * 1024 for line in rollup if line.startswith("Pss:"))
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return own + sum(held_by(int(child)) for child in children.read().split())
    except (OSError, StopIteration):
        return 0  # it has just ended


main()
