"""Times whole programs on FoxVM and on its peers and prints the ratios: `tools/bench`, interp and start.

Every program of the folder is run by foxvm and, where it has a twin for it, by every installed peer, in turn,
`--runs` times over; all must print the same bytes. A figure is the median of the wall-clock times of whole
processes, start and compilation included: the time a user waits. Processor time would count against node what
its threads do beside the program (compile, collect), so run this with a processor to spare. A ratio is ours
over the peer's, below 1 foxvm is faster. The peers that only interpret, as foxvm does, are lua5.4,
`luajit -joff` and `node --jitless`; luajit and node compile.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time

# Name: command, suffix of its programs, Debian package. The interpreters first.
PEERS = {
    "lua5.4": (["lua5.4"], ".lua", "lua5.4"),
    "luajit -joff": (["luajit", "-joff"], ".lua", "luajit"),
    "node --jitless": (["node", "--jitless"], ".js", "nodejs"),
    "luajit": (["luajit"], ".lua", "luajit"),
    "node": (["node"], ".js", "nodejs"),
}


class BenchError(Exception):
    """What went wrong, for the user; ends the run."""


class Progress:
    """A bar on standard error while that is a terminal; nothing otherwise."""

    WIDTH = 30

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.shown = sys.stderr.isatty()

    def step(self, what):
        if self.shown:
            filled = self.WIDTH * self.done // self.total
            bar = "#" * filled + "." * (self.WIDTH - filled)
            sys.stderr.write(f"\r\x1b[K[{bar}] {self.done}/{self.total} {what}")
            sys.stderr.flush()
        self.done += 1

    def erase(self):
        if self.shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()


def complain(message):
    print(f"bench: {message}", file=sys.stderr)


def last_line(text):
    lines = text.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no message"


def measure(command):
    """Runs a command; its output and its seconds."""
    start = time.perf_counter()
    try:
        process = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError as error:
        raise BenchError(f"cannot run {command[0]}: {error.strerror}") from error
    seconds = time.perf_counter() - start
    if process.returncode != 0:
        said = last_line(process.stderr or process.stdout)
        raise BenchError(f"{' '.join(command)}: status {process.returncode}: {said}")
    return process.stdout, seconds


def commands_for(program, folder, foxvm, peers):
    """Command by system, foxvm first; a peer without a twin of the program is left out."""
    commands = {"foxvm": [foxvm, "run", f"{folder}/{program}.fox"]}
    for name in peers:
        command, suffix, _ = PEERS[name]
        twin = f"{folder}/{program}{suffix}"
        if os.path.exists(twin):
            commands[name] = command + [twin]
    return commands


def compare(program, commands, runs, progress):
    """Median seconds by system."""
    times = {name: [] for name in commands}
    expected = None
    for _ in range(runs):
        for name, command in commands.items():
            progress.step(f"{program} on {name}")
            output, seconds = measure(command)
            expected = output if expected is None else expected
            if output != expected:
                raise BenchError(f"{program}: {name} prints something else than foxvm")
            times[name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def row(title, seconds, ratios, peers):
    cells = (f"{ratios[name]:16.2f}" if name in ratios else f"{'-':>16}" for name in peers)
    return f"{title:16}{seconds:>8}" + "".join(cells)


def geometric_means(results, peers):
    """Mean ratio by peer, over the programs that the peer has run."""
    means = {}
    for name in peers:
        ratios = [result["foxvm"] / result[name] for result in results.values() if name in result]
        if ratios:
            means[name] = statistics.geometric_mean(ratios)
    return means


def chosen(wanted, known, what):
    """`wanted`, or all of `known` if that is empty."""
    for name in wanted:
        if name not in known:
            raise BenchError(f"no {what} is called '{name}'; there are: {', '.join(known)}")
    return wanted or list(known)


def run(options):
    known = sorted(file[:-4] for file in os.listdir(options.programs) if file.endswith(".fox"))
    programs = chosen(options.program, known, "program")
    wanted = chosen(options.peers.split(",") if options.peers else [], PEERS, "peer")
    peers = [name for name in wanted if shutil.which(PEERS[name][0][0])]
    for name in wanted:
        if name not in peers:
            complain(f"{name} is left out: it is not installed (Debian package {PEERS[name][2]})")
    if options.json:
        # Found out before the work, not after it.
        open(options.json, "w", encoding="utf-8").close()

    commands = {name: commands_for(name, options.programs, options.foxvm, peers) for name in programs}
    progress = Progress(options.runs * sum(map(len, commands.values())))
    print(f"wall-clock seconds of foxvm, then foxvm / peer (below 1: faster); medians of {options.runs} runs")
    print(f"{'program':16}{'foxvm':>8}" + "".join(f"{name:>16}" for name in peers), flush=True)
    results = {}
    try:
        for program in programs:
            results[program] = compare(program, commands[program], options.runs, progress)
            progress.erase()
            seconds = results[program]
            ratios = {name: seconds["foxvm"] / seconds[name] for name in seconds}
            print(row(program, f"{seconds['foxvm']:.4f}", ratios, peers), flush=True)
    finally:
        progress.erase()
    means = geometric_means(results, peers)
    print(row("geometric mean", "", means, peers))
    if options.json:
        figures = {"clock": "wall", "runs": options.runs}
        figures.update(median_seconds=results, geometric_mean_ratios=means)
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)
            file.write("\n")


def positive(text):
    if not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return int(text)


def exit_status(work):
    """Calls `work` and says what went wrong, if anything did. The exit status of the script."""
    try:
        work()
    except BenchError as error:
        complain(error)
        return 1
    except OSError as error:
        complain(f"{error.filename}: {error.strerror}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def main():
    parser = argparse.ArgumentParser("tools/bench FAMILY", description="Morph programs against their twins.")
    parser.add_argument("--foxvm", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--programs", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=positive, default=5, metavar="N", help="runs of each program (5)")
    parser.add_argument("--peers", metavar="A,B", help="only these of: " + ", ".join(PEERS))
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    parser.add_argument("program", nargs="*", help="programs of the family, all if none is named")
    return exit_status(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
