"""Times compilers on the same program and prints the ratios: `tools/bench compile`.

The program (program.py) is compiled to a file by `foxvm build` and by `luajit -b`, which leaves out what
its debugger needs, and checked by `luac5.4 -p`, which writes nothing: by all in turn, `--runs` times over.
Seconds are the median wall-clock time of the whole process, the peak is the most memory it had resident, as
time(1) says in a run of its own. A ratio is ours over the peer's, below 1 foxvm is better. Below stands
what the frontend says of its own memory.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile

sys.dont_write_bytecode = True  # no folders beside the sources
sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import program  # noqa: E402
from compare import Progress, chosen, complain, exit_status, measure, positive  # noqa: E402

LINES = 112500

# Name: command, where {lua} is the program and {out} a file to write; Debian package.
PEERS = {
    "luajit -b": (["luajit", "-b", "{lua}", "{out}"], "luajit"),
    "luajit -bg": (["luajit", "-bg", "{lua}", "{out}"], "luajit"),
    "luac5.4 -p": (["luac5.4", "-p", "{lua}"], "lua5.4"),
}


def commands_for(options, peers, folder):
    """Command by system, foxvm first."""
    fox, lua = program.write(folder, options.lines)
    commands = {"foxvm build": [options.foxvm, "build", fox, "-o", os.path.join(folder, "out.mbc")]}
    for name in peers:
        places = {"lua": lua, "out": os.path.join(folder, "out.raw")}
        commands[name] = [word.format(**places) for word in PEERS[name][0]]
    return commands


def peak_kb(command, folder):
    """The most memory the command had resident, in KiB. A question from here never gets less than our own."""
    said = os.path.join(folder, "peak")
    measure(["time", "-f", "%M", "-o", said] + command)
    with open(said, encoding="utf-8") as file:
        return int(file.read().split()[-1])


def compare(commands, runs, folder):
    """Median seconds and, where time(1) is installed, KiB by system."""
    seconds = {name: [] for name in commands}
    peaks = {name: [] for name in commands}
    has_time = shutil.which("time") is not None
    if not has_time:
        complain("memory is left out: time is not installed (Debian package time)")
    progress = Progress(runs * len(commands))
    try:
        for _ in range(runs):
            for name, command in commands.items():
                progress.step(name)
                seconds[name].append(measure(command)[1])
                if has_time:
                    peaks[name].append(peak_kb(command, folder))
    finally:
        progress.erase()
    medians = [{name: statistics.median(of) for name, of in all.items() if of} for all in (seconds, peaks)]
    return medians[0], medians[1]


def row(name, lines, seconds, peaks):
    ours = "foxvm build"
    cells = [f"{name:12}{seconds[name]:>10.4f}{lines / seconds[name]:>12.0f}"]
    cells.append(f"{peaks[name]:>10.0f}" if name in peaks else f"{'-':>10}")
    if name != ours:
        cells.append(f"{seconds[ours] / seconds[name]:>8.2f}")
        cells.append(f"{peaks[ours] / peaks[name]:>8.2f}" if name in peaks else f"{'-':>8}")
    return "".join(cells)


def run(options):
    wanted = chosen(options.peers.split(",") if options.peers else [], PEERS, "peer")
    peers = [name for name in wanted if shutil.which(PEERS[name][0][0])]
    for name in wanted:
        if name not in peers:
            complain(f"{name} is left out: it is not installed (Debian package {PEERS[name][1]})")
    if options.json:
        # Found out before the work, not after it.
        open(options.json, "w", encoding="utf-8").close()
    with tempfile.TemporaryDirectory() as folder:
        commands = commands_for(options, peers, folder)
        fox = commands["foxvm build"][2]
        with open(fox, "rb") as file:
            text = file.read()
        lines = text.count(b"\n")
        seconds, peaks = compare(commands, options.runs, folder)
        print(f"compiling {lines} lines, {len(text)} bytes; medians of {options.runs} runs; "
              "ratios are foxvm / peer, below 1: better")
        print(f"{'':12}{'seconds':>10}{'lines/s':>12}{'peak KiB':>10}{'time':>8}{'memory':>8}")
        for name in commands:
            print(row(name, lines, seconds, peaks))
        if options.frontend_bench:
            print(measure([options.frontend_bench, fox])[0].decode(), end="")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            figures = {"clock": "wall", "runs": options.runs, "lines": lines}
            figures.update(median_seconds=seconds, median_peak_kib=peaks)
            json.dump(figures, file, indent=1)
            file.write("\n")


def main():
    description = "A Morph program against its twin in Lua."
    parser = argparse.ArgumentParser("tools/bench compile", description=description)
    parser.add_argument("--foxvm", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--frontend-bench", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=positive, default=15, metavar="N", help="runs of each compiler (15)")
    length = f"length of the program ({LINES})"
    parser.add_argument("--lines", type=positive, default=LINES, metavar="N", help=length)
    parser.add_argument("--peers", metavar="A,B", help="only these of: " + ", ".join(PEERS))
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    return exit_status(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
