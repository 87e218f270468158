"""Runs commands in turn, again and again, and prints medians, spread, memory and ratios.

measure.py PLAN.json

PLAN: {"title": str, "runs": int, "floor": name or null, "rows": [{"name", "argv", "cwd", "exit": [codes], "prints": bytes}]}
The rows take turns within each round, so that a slow minute hits all of them; one run of each before
that warms the caches and is not counted. The ratio is the row's median over the floor's median. Memory
is that of the largest single process, and never below the 15 MiB of this launcher. A row that ends
with another code, or prints fewer bytes than it must, did not do the work and is not measured.
"""

import json
import os
import statistics
import subprocess
import sys
import time


def warm(row):
    """Why the row cannot be measured, or None; the run warms the caches."""
    done = subprocess.run(row["argv"], cwd=row.get("cwd"), stdin=subprocess.DEVNULL, capture_output=True)
    if done.returncode not in row.get("exit", [0]):
        said = done.stderr.decode(errors="replace").strip().splitlines()
        return f"exit {done.returncode}: {said[-1] if said else 'said nothing'}"
    if len(done.stdout) < row.get("prints", 0):
        return f"printed {len(done.stdout)} bytes (at least {row['prints']} if it did the work)"
    return None


def once(row):
    """(seconds, peak MiB of the largest process, exit code)."""
    start = time.perf_counter()
    child = subprocess.Popen(
        row["argv"], cwd=row.get("cwd"), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    return time.perf_counter() - start, usage.ru_maxrss / 1024, child.returncode


def main():
    plan = json.load(open(sys.argv[1]))
    rows = plan["rows"]
    samples = {row["name"]: [] for row in rows}
    memory = {row["name"]: 0.0 for row in rows}
    broken = {}
    for row in rows:
        try:
            reason = warm(row)
        except OSError as error:
            reason = str(error)
        if reason:
            broken[row["name"]] = reason
    for _ in range(plan["runs"]):
        for row in rows:
            name = row["name"]
            if name in broken:
                continue
            seconds, peak, code = once(row)
            if code not in row.get("exit", [0]):
                broken[name] = f"exit {code} in a later round"
                continue
            samples[name].append(seconds)
            memory[name] = max(memory[name], peak)
    floor = samples.get(plan.get("floor") or "") if plan.get("floor") not in broken else None
    print(f"\n## {plan['title']}\n")
    print("| what | median ms | min - max ms | peak MiB | x floor |\n|---|---:|---:|---:|---:|")
    for row in rows:
        name = row["name"]
        if name in broken:
            print(f"| {name} | not measured | {broken[name]} | | |")
            continue
        taken = [value * 1000 for value in samples[name]]
        ratio = f"{statistics.median(taken) / (statistics.median(floor) * 1000):.2f}" if floor else ""
        print(
            f"| {name} | {statistics.median(taken):.1f} | {min(taken):.1f} - {max(taken):.1f} "
            f"| {memory[name]:.0f} | {ratio} |"
        )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
