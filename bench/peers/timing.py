"""What the yardsticks of frameworks share: their options, inputs in turn, and the report of times."""

import argparse, json, time


def options(frameworks):
    """The options of the command line; `frameworks` are what --framework may be."""
    p = argparse.ArgumentParser()
    p.add_argument("--framework", choices=frameworks, default=frameworks[0])
    p.add_argument("--threads", type=int, default=2)
    p.add_argument("--only", default="")
    p.add_argument("--repeats", type=int, default=5)
    p.add_argument("--inputs", type=int, default=8)
    return p.parse_args()


def turning(ring):
    turn = [0]

    def following():
        turn[0] += 1
        return ring[turn[0] % len(ring)]

    return following


def median(step, repeats, warm=3):
    for _ in range(warm):
        step()
    times = []
    for _ in range(repeats):
        t = time.perf_counter()
        step()
        times.append(time.perf_counter() - t)
    return sorted(times)[len(times) // 2]


def report(workloads, a):
    """Prints one JSON line per workload: the median of the steps after warm-up."""
    for name, make in workloads.items():
        if a.only and name not in a.only.split(","):
            continue
        step, batch = make()
        seconds = median(step, a.repeats)
        facts = {"workload": name, "framework": a.framework, "threads": a.threads}
        speed = {"ms": round(seconds * 1e3, 2), "samplesPerSecond": round(batch / seconds, 1)}
        print(json.dumps({**facts, **speed}), flush=True)
