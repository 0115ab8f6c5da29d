"""Times whole programs on FoxVM and on its peers, interleaved, and prints the ratios: what tools/bench calls.

Every program of bench/programs that has a twin for a peer is run on both, `--runs` times in turn, and must print the
same. A figure is the median of user plus system time of the whole process; a ratio is ours over the peer's, below 1 is
faster.
"""

import argparse
import json
import math
import os
import shutil
import statistics

PEERS = {"lua5.4": (["lua5.4"], ".lua"), "luajit -joff": (["luajit", "-joff"], ".lua")}


def measure(command):
    """Runs a command; its output and its seconds of processor time."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.dup2(write, 1)
        os.close(read)
        os.execvp(command[0], command)
    os.close(write)
    output = b""
    while chunk := os.read(read, 65536):
        output += chunk
    os.close(read)
    _, status, usage = os.wait4(pid, 0)
    if status != 0:
        raise RuntimeError(f"{' '.join(command)}: status {status}")
    return output, usage.ru_utime + usage.ru_stime


def compare(program, folder, foxvm, peers, runs):
    """Median seconds by system; raises when outputs differ."""
    commands = {"foxvm": foxvm + ["run", f"{folder}/{program}.fox"]}
    for name, (command, suffix) in peers.items():
        twin = f"{folder}/{program}{suffix}"
        if os.path.exists(twin):
            commands[name] = command + [twin]
    times = {name: [] for name in commands}
    expected = None
    for _ in range(runs):
        for name, command in commands.items():
            output, seconds = measure(command)
            if expected is None:
                expected = output
            if output != expected:
                raise RuntimeError(f"{program}: {name} prints something else")
            times[name].append(seconds)
    return {name: statistics.median(t) for name, t in times.items()}


def main():
    parser = argparse.ArgumentParser(description="Times FoxVM's programs against its peers'.")
    parser.add_argument("--foxvm", required=True)
    parser.add_argument("--programs", required=True, help="folder")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", help="write the figures to this file")
    parser.add_argument("only", nargs="*", help="programs to run, default all")
    options = parser.parse_args()
    peers = {name: peer for name, peer in PEERS.items() if shutil.which(peer[0][0])}
    for name in PEERS.keys() - peers.keys():
        print(f"{name} is not installed: tools/setup --bench brings it")
    names = options.only or sorted(f[:-4] for f in os.listdir(options.programs) if f.endswith(".fox"))
    print(f"{'program':16}{'foxvm s':>10}" + "".join(f"{name + ' ratio':>22}" for name in peers))
    results, ratios = {}, {name: [] for name in peers}
    for program in names:
        result = compare(program, options.programs, [options.foxvm], peers, options.runs)
        ours = result["foxvm"]
        line = f"{program:16}{ours:10.3f}"
        for name in peers:
            if name in result:
                ratio = ours / max(result[name], 1e-4)
                ratios[name].append(ratio)
                line += f"{ratio:22.2f}"
            else:
                line += f"{'-':>22}"
        print(line, flush=True)
        results[program] = result
    line = f"{'geometric mean':16}{'':10}"
    for name in peers:
        mean = math.exp(statistics.fmean(map(math.log, ratios[name]))) if ratios[name] else float("nan")
        line += f"{mean:22.2f}"
    print(line)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
