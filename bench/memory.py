"""Prints what the memory systems cost beside their peers, and what they are to reach: `tools/bench memory`.

//bench:memory_bench runs every row `--runs` times over for a hundredth of a second, all rows in random order. Figures
are ticks of the time-stamp counter for one object unless the row says otherwise: the median of the runs and the least,
which is what the machine does while nobody else has it. A ratio is ours over the peer's, of the medians and of the
least; below 1 ours costs less. Behind the table stands what compiling takes (compile/compile.py).
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True  # no folders beside the sources
from compare import BenchError, exit_status, positive  # noqa: E402

# What, our benchmark, its counter, what to reach, {peer: (benchmark, counter)}.
ROWS = [
    ("arena, 32 bytes, warm", "arena/warm", "ticks", "2, 0.6 x pmr", {"pmr": ("pmr/warm", "ticks")}),
    (
        "  the memory touched",
        "arena/warm_touched",
        "ticks",
        "0.6 x pmr",
        {"pmr": ("pmr/warm_touched", "ticks"), "touching alone": ("plain/warm_touched", "ticks")},
    ),
    ("  fresh pages", "arena/fresh", "ticks", "1.05 x plain loop", {"plain loop": ("plain/fresh", "ticks")}),
    ("  through the C interface", "c/arena_alloc", "ticks", "6", {"bare call": ("bare/call", "ticks")}),
    ("  reset of 1 MiB, ticks", "arena/reset_mib/1", "ticks", "1 microsecond", {}),
    ("  reset of 100 MiB, ticks", "arena/reset_mib/100", "ticks", "1 microsecond", {}),
    (
        "  built, touched and dropped",
        "arena/build_and_drop",
        "ticks",
        "",
        {
            "pmr": ("pmr/build_and_drop", "ticks"),
            "protobuf": ("protobuf/build_and_drop", "ticks"),
            "mimalloc heap": ("mimalloc_heap/build_and_drop", "ticks"),
            "malloc": ("malloc/build_and_drop", "ticks"),
        },
    ),
    (
        "pool, 32 bytes, pair",
        "pool/pair",
        "ticks",
        "1.0 x boost",
        {"boost": ("boost/pair", "ticks"), "mimalloc": ("mimalloc/pair", "ticks"), "malloc": ("malloc/pair", "ticks")},
    ),
    (
        "  1,000 allocated",
        "pool/batch/1000",
        "alloc_ticks",
        "4",
        {"boost": ("boost/batch/1000", "alloc_ticks"), "mimalloc": ("mimalloc/batch/1000", "alloc_ticks")},
    ),
    (
        "  1,000 freed in order",
        "pool/batch/1000",
        "free_ticks",
        "2",
        {"boost": ("boost/batch/1000", "free_ticks"), "mimalloc": ("mimalloc/batch/1000", "free_ticks")},
    ),
    ("  1,000 freed in random order", "pool/random/1000", "free_ticks", "5", {}),
    ("  1,000 allocated again", "pool/random/1000", "alloc_ticks", "5", {}),
    (
        "  both",
        "pool/random/1000",
        "ticks",
        "0.5 x mimalloc",
        {"mimalloc": ("mimalloc/random/1000", "ticks"), "boost": ("boost/random/1000", "ticks")},
    ),
    (
        "  100,000 freed in random order",
        "pool/random/100000",
        "free_ticks",
        "",
        {"mimalloc": ("mimalloc/random/100000", "free_ticks"), "boost": ("boost/random/100000", "free_ticks")},
    ),
    (
        "  100,000 allocated again",
        "pool/random/100000",
        "alloc_ticks",
        "",
        {"mimalloc": ("mimalloc/random/100000", "alloc_ticks"), "boost": ("boost/random/100000", "alloc_ticks")},
    ),
    ("morph_alloc, compiler mode, pool", "c/morph_alloc_pool", "ticks", "8", {"bare call": ("bare/call", "ticks")}),
    ("  compiler mode, arena", "c/morph_alloc_arena", "ticks", "8", {"bare call": ("bare/call", "ticks")}),
    ("  runtime mode, collections included", "c/morph_alloc_heap", "ticks", "", {}),
    ("counting objects by type, percent", "c/trees_metrics", "percent", "1", {}),
    (
        "memory over the payload, arena, percent",
        "overhead/arena",
        "percent",
        "3",
        {"protobuf": ("overhead/protobuf", "percent"), "malloc": ("overhead/malloc", "percent")},
    ),
    ("  compiler mode, percent", "overhead/context", "percent", "3", {}),
    ("  pool, sizes of its classes, percent", "overhead/pool_sizes_of_classes", "percent", "3", {}),
    ("  pool, any sizes, percent", "overhead/pool", "percent", "", {}),
]


def samples_of(binary, arguments):
    """The samples of a program of Google Benchmark by (benchmark, counter); times are counters, too."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        command = [binary, *arguments, "--benchmark_out_format=json", f"--benchmark_out={file.name}"]
        ended = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        if ended.returncode != 0:
            raise BenchError(f"{binary} failed: {ended.stderr.decode(errors='replace')}")
        text = file.read()
    samples = {}
    # Without a benchmark that its filter matches the program writes nothing.
    for run in json.loads(text)["benchmarks"] if text else []:
        if run["run_type"] != "iteration":
            continue
        name = re.sub("/(min_time|iterations|repeats):[^/]*", "", run["run_name"])  # a row's own settings
        for key, value in run.items():
            if isinstance(value, (int, float)):
                samples.setdefault((name, key), []).append(value)
    return samples


def measured(binary, runs):
    """(median, least) by (benchmark, counter)."""
    samples = samples_of(
        binary,
        [
            f"--benchmark_repetitions={runs}",
            "--benchmark_min_time=0.01",
            "--benchmark_enable_random_interleaving=true",
        ],
    )
    return {key: (statistics.median(values), min(values)) for key, values in samples.items()}


def table(figures):
    """One dictionary for each row; a peer that did not run is left out."""
    rows = []
    for what, name, counter, reach, peers in ROWS:
        if (name, counter) not in figures:
            raise BenchError(f"there is no benchmark {name} with {counter}")
        ours, least = figures[name, counter]
        row = {"what": what.strip(), "ours": ours, "least": least, "reach": reach, "peers": {}}
        for peer, key in peers.items():
            if key in figures:
                row["peers"][peer] = dict(zip(("median", "least"), figures[key]))
        rows.append((what, row))
    return rows


def compile_family(options):
    """Runs tools/bench compile with the peers that the table of targets names."""
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "compile", "compile.py")
    command = [sys.executable, script, "--foxvm", options.foxvm, "--runs", str(min(options.runs, 15))]
    command += ["--peers", "luajit -b,luac5.4 -p"]
    if options.frontend_bench:
        command += ["--frontend-bench", options.frontend_bench]
    sys.stdout.flush()
    if subprocess.run(command, check=False).returncode != 0:
        raise BenchError("tools/bench compile failed")


def peer_cell(row, peer, of):
    ratios = f"{row['ours'] / of['median']:.2f}, {row['least'] / of['least']:.2f}"
    return f"{peer} {of['median']:.1f}, {of['least']:.1f} ({ratios})"


def run(options):
    rows = table(measured(options.binary, options.runs))
    print(f"{'':42}{'median':>8}{'least':>8}  {'reach':20}peers: median, least (ours/peer of both)")
    for what, row in rows:
        # Noise makes a percentage less as well as more.
        least = "-" if what.endswith("percent") else f"{row['least']:.2f}"
        peers = "; ".join(peer_cell(row, peer, of) for peer, of in row["peers"].items())
        print(f"{what:42}{row['ours']:>8.2f}{least:>8}  {row['reach']:20}{peers}".rstrip())
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([row for _, row in rows], file, indent=1)
            file.write("\n")
    print()
    compile_family(options)


def main():
    parser = argparse.ArgumentParser(prog="tools/bench memory", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--binary", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--foxvm", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--frontend-bench", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=positive, default=60, metavar="N", help="runs of each row (60)")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    return exit_status(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
