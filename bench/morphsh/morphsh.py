"""Times the compilation of typed programs, and a lexer and parser written in Morph: `tools/bench morphsh`.

Each program is checked by `foxvm check`, which compiles all of it and writes nothing; with --build it is compiled to a
file by `foxvm build`. Seconds are of the whole process, the median and the least of `--runs` runs; the peak is the
most memory that was resident, as time(1) says in a run of its own. The rows are four files in the manner of a compiler
written in Morph (typed_program.py writes them; --sources names a folder with others, whose main.fox imports them), and
generated programs of `--lines` lines. Last, examples/morph/driver.fox lexes and parses a program of 100,000 lines;
marked in slices; the pauses are what the collector says of itself with --stats.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True  # no folders beside the sources
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, ".."))
import typed_program  # noqa: E402
from compare import BenchError, Progress, complain, exit_status, last_line, measure, positive  # noqa: E402

DRIVER = os.path.join(HERE, "..", "..", "examples", "morph", "driver.fox")
DRIVER_LINES = 100000
# How a program that must not stop for long is run: it is marked in slices, and little is young at a time.
DRIVER_PAUSES = ["--gc=slices", "--young=512K"]
# What each row is to reach.
MODULES_REACH = "3 ms, 6 MB"
REACH = {10000: "10 ms", 100000: "100 ms, 120 bytes/line", 1000000: "1.2 s, 300 MB"}
DRIVER_REACH = "2 s, pauses p99 1 ms"


class Row:
    """What was measured of one program: seconds by run, and KiB."""

    def __init__(self, name, lines, source_bytes, command, reach):
        self.name = name
        self.lines = lines
        self.source_bytes = source_bytes
        self.command = command
        self.reach = reach
        self.seconds = []
        self.peaks = []

    def figures(self):
        peak = statistics.median(self.peaks) if self.peaks else None
        return {"lines": self.lines, "source_bytes": self.source_bytes, "median_seconds": statistics.median(self.seconds),
                "least_seconds": min(self.seconds), "peak_kib": peak, "reach": self.reach}

    def text(self, idle_kib):
        figures = self.figures()
        peak = figures["peak_kib"]
        per_line = "-"
        if peak is not None and idle_kib is not None:
            per_line = f"{((peak - idle_kib) * 1024 - self.source_bytes) / self.lines:.1f}"
        shown_peak = "-" if peak is None else f"{peak:.0f}"
        return (f"{self.name:18}{self.lines:>9}{1000 * figures['median_seconds']:>11.2f}"
                f"{1000 * figures['least_seconds']:>11.2f}{shown_peak:>10}{per_line:>12}  {self.reach}")


def peak_kib(command, folder):
    """The most memory the command had resident. A question from here never gets less than our own."""
    said = os.path.join(folder, "peak")
    measure(["time", "-f", "%M", "-o", said] + command)
    with open(said, encoding="utf-8") as file:
        return int(file.read().split()[-1])


def size_of(folder):
    """Lines and bytes of all programs below a folder."""
    lines = size = 0
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".fox"):
                with open(os.path.join(place, name), "rb") as file:
                    text = file.read()
                lines += text.count(b"\n")
                size += len(text)
    return lines, size


def rows_for(options, folder):
    def command(path):
        if options.build:
            return [options.foxvm, "build", path, "-o", os.path.join(folder, "out.mbc")]
        return [options.foxvm, "check", path]

    modules = options.sources
    if modules is None:
        modules = os.path.join(folder, "modules")
        typed_program.write_modules(modules)
    main = os.path.join(modules, "main.fox")
    rows = [Row("four files", *size_of(modules), command(main), MODULES_REACH)]
    for lines in options.lines:
        path = typed_program.write(folder, lines)
        with open(path, "rb") as file:
            text = file.read()
        rows.append(Row(f"{lines} lines", text.count(b"\n"), len(text), command(path), REACH.get(lines, "")))
    return rows


def drive(options, folder):
    """Prints what the lexer and parser written in Morph take."""
    if not os.path.exists(DRIVER):
        complain("the lexer and parser in Morph are left out: there is no examples/morph/driver.fox")
        return None
    with open(typed_program.write(folder, DRIVER_LINES), encoding="utf-8") as file:
        text = "check b\n" + file.read()
    seconds, pauses = [], ""
    for _ in range(max(1, options.runs // 5)):
        start = time.perf_counter()
        process = subprocess.run([options.foxvm, "run", "--stats", *DRIVER_PAUSES, DRIVER], input=text, capture_output=True,
                                 encoding="utf-8", check=False)
        seconds.append(time.perf_counter() - start)
        if process.returncode != 0:
            raise BenchError(f"driver.fox: status {process.returncode}: {last_line(process.stderr.encode())}")
        found = re.findall(r".*pause.*", process.stderr)
        pauses = "\n".join(line.strip() for line in found)
    print(f"\nlexed and parsed by examples/morph/driver.fox: {DRIVER_LINES} lines, median "
          f"{statistics.median(seconds):.2f} s, least {min(seconds):.2f} s; to reach: {DRIVER_REACH}")
    if pauses:
        print(pauses)
    return {"median_seconds": statistics.median(seconds), "least_seconds": min(seconds), "pauses": pauses}


def run(options):
    if options.json:
        # Found out before the work, not after it.
        open(options.json, "w", encoding="utf-8").close()
    has_time = shutil.which("time") is not None
    if not has_time:
        complain("memory is left out: time is not installed (Debian package time)")
    with tempfile.TemporaryDirectory() as folder:
        rows = rows_for(options, folder)
        empty = [options.foxvm, "check", "--dialect=b", "-e", ""]
        idle_kib = peak_kib(empty, folder) if has_time else None
        progress = Progress(options.runs * len(rows))
        try:
            for _ in range(options.runs):
                for row in rows:
                    progress.step(row.name)
                    row.seconds.append(measure(row.command)[1])
                    if has_time:
                        row.peaks.append(peak_kib(row.command, folder))
        finally:
            progress.erase()
        print(f"foxvm {'build' if options.build else 'check'}, whole process; {options.runs} runs; bytes/line: the peak "
              f"beyond the source and an empty program ({idle_kib} KiB)")
        print(f"{'':18}{'lines':>9}{'median ms':>11}{'least ms':>11}{'peak KiB':>10}{'bytes/line':>12}  to reach")
        for row in rows:
            print(row.text(idle_kib))
        driver = drive(options, folder) if not options.no_driver else None
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            figures = {row.name: row.figures() for row in rows}
            json.dump({"runs": options.runs, "rows": figures, "driver": driver}, file, indent=1)
            file.write("\n")


def line_counts(text):
    return [positive(word) for word in text.split(",")]


def main():
    parser = argparse.ArgumentParser("tools/bench morphsh", description="Compiling typed programs.")
    parser.add_argument("--foxvm", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=positive, default=15, metavar="N", help="runs of each program (15)")
    parser.add_argument("--lines", type=line_counts, default=list(REACH), metavar="N,N", help="lengths of the programs")
    parser.add_argument("--sources", metavar="FOLDER", help="in place of the four files: FOLDER/main.fox and what it imports")
    parser.add_argument("--build", action="store_true", help="compile to a file, do not only check")
    parser.add_argument("--no-driver", action="store_true", help="leave out the lexer and parser in Morph")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    return exit_status(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
