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
        peak, own = peaks_of_tree(process.pid) if memory else (0, 0)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
    if memory:
        peak = max(peak, usage.ru_maxrss * 1024)  # of its largest process: a short one may end before it was sampled
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = usage.ru_utime + usage.ru_stime
    while True:
        try:
            _, _, orphan = os.wait3(0)
        except ChildProcessError:
            break
        cpu += orphan.ru_utime + orphan.ru_stime
    return {"exitCode": process.returncode, "wall": wall, "cpu": cpu, "peak": peak, "own": own}


def peaks_of_tree(pid: int) -> tuple[int, int]:
    """The most memory (bytes) that the process and its children held at one moment, shared pages once; and it alone."""
    peak = own = 0
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        held = [memory_of(member) for member in tree(pid)]
        peak = max(peak, sum(private for private, _ in held) + max((shared for _, shared in held), default=0))
        own = max(own, sum(held[0]) if held else 0)
        time.sleep(SAMPLE_SECONDS)
    return peak, own


def tree(pid: int) -> list[int]:
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return [pid] + [member for child in children.read().split() for member in tree(int(child))]
    except OSError:
        return []  # it has just ended


def memory_of(pid: int) -> tuple[int, int]:
    """Bytes of a process that are its own, and that it shares with whatever process."""
    sizes = {"Private": 0, "Shared": 0}
    try:
        with open(f"/proc/{pid}/smaps_rollup") as rollup:
            for line in rollup:
                kind = line.partition("_")[0]
                if kind in sizes and line.split()[0] in ("Private_Clean:", "Private_Dirty:", "Shared_Clean:", "Shared_Dirty:"):
                    sizes[kind] += int(line.split()[1]) * 1024
    except OSError:
        pass  # it has just ended
    return sizes["Private"], sizes["Shared"]


main()
