"""Prints what the collector costs beside its peers, and what it is to reach: `tools/bench gc`.

Every run starts //bench:gc_bench, whose rows come in random order, and then the programs that have a twin on a peer,
in turn; `--runs` times over. The load that is paced by the clock runs once, last. A figure is the median of the runs
and the least, which is what the machine does while nobody else has it. Pauses are of the clock; those marked cpu are
of the thread's processor time, the same on a quiet machine. A ratio is ours over the peer's, of the medians and of
the least; below 1 ours costs less. What the rows measure is said in bench/gc/, where each has its program.
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

sys.dont_write_bytecode = True  # no folders beside the sources
FOLDER = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.dirname(FOLDER))
from compare import BenchError, Progress, complain, exit_status, measure, positive  # noqa: E402
from memory import samples_of  # noqa: E402

# Where an OCaml program is stopped by its collector (ocaml_stopped.c).
OCAML_STOPS = ["caml_garbage_collection", "caml_alloc_small_dispatch", "caml_check_urgent_gc"]
# What the programs of throughput_bench.cc may take.
TWICE_LIVE = {"lru_cache": 62897152, "growing_table": 93577216}
MODES = ["stop_the_world", "incremental", "concurrent"]  # of the heap, for the load that is paced


def pauses(what, name, reach, peers):
    """The rows of one kind of pause; `reach` by figure, `peers` by label. OCaml's figures begin with a prefix."""
    rows = []
    for figure in ("p50", "p99", "max", "cpu_p50", "cpu_p99", "cpu_max"):
        counter = figure + "_ms"
        title = f"{what}, {figure}, ms" if figure == "p50" else f"  {figure.replace('_', ' ')}, ms"
        keys = {peer: (of, counter) for peer, of in peers.items() if peer != "OCaml"}
        if "OCaml" in peers and not figure.startswith("cpu"):
            keys["OCaml"] = ("pauses_ocaml", f"{peers['OCaml']}_{counter}")
        rows.append((title, name, counter, reach.get(figure, ""), keys))
    return rows


def majors(what, order, reach, bare):
    """The rows of major pauses over objects in an order; `bare` are marking loops without a heap."""
    rows = []
    titles = {"p50_ms": (f"major, 32 MiB {what}, p50, ms", reach), "cpu_p50_ms": ("  cpu p50, ms", "")}
    for counter, (title, target) in titles.items():
        peers = {"libgc": ("major_libgc", f"{order}_{counter}")}
        peers.update({peer: (name, counter) for peer, name in bare.items()})
        rows.append((title, f"major_pause/{order}", counter, target, peers))
    return rows + [("  bytes marked, GB/s", f"major_pause/{order}", "gb_per_second", "", {})]


def cycle_ends():
    """The rows of the last pause of a cycle in slices beside what depends on death."""
    rows = []
    for what, name, reach in (
        ("a million ephemerons, keys live", "ephemerons_live", "1"),
        ("a million ephemerons, keys dead", "ephemerons_dead", "5"),
        ("a million finalizable, live", "finalizable_live", "1"),
        ("a million finalizable, dead", "finalizable_dead", "5"),
    ):
        rows += [
            (f"cycle's end, {what}, p50, ms", f"cycle_end/{name}", "end_p50_ms", reach, {}),
            ("  max, ms", f"cycle_end/{name}", "end_max_ms", "", {}),
            ("  longest stop of the cycle, cpu, ms", f"cycle_end/{name}", "longest_cpu_p50_ms", "", {}),
        ]
    return rows


def cycle_in_vm():
    """The rows of the first and the last pause of a cycle in slices in the VM beside many frames or fibers."""
    rows = []
    for what, row, many in (("200,000 frames", "frames_vm", "200000"), ("100,000 fibers", "fibers", "100000")):
        few = f"20 {row.split('_', maxsplit=1)[0]}"
        for title, counter in (
            (f"cycle's start in the VM, {what}, ms", "cycle_begin_ms"),
            ("  cpu, ms", "cycle_begin_cpu_ms"),
            ("  cycle's end, ms", "cycle_end_ms"),
        ):
            rows.append((title, f"{row}/{many}", counter, "1" if counter != "cycle_begin_cpu_ms" else "",
                         {few: (f"{row}/20", counter)}))
    return rows


def paced(mode):
    """The rows of one run of pacing; the peer of a pause is what was seen from outside."""
    name = f"pacing/{mode}"
    title = f"paced load, {mode.replace('_', '-')}"
    rows = []
    for figure, what, reach in (
        ("p50_ms", f"{title}: p50, ms", ""),
        ("p99_ms", "  p99, ms", "1"),
        ("max_ms", "  max, ms", "5"),
        ("over_1_ms", "  stops over 1 ms", ""),
    ):
        rows.append((what, name, "pause_" + figure, reach, {"from outside": (name, "gap_" + figure)}))
    for figure in ("p50_ms", "p99_ms", "max_ms"):
        rows.append((f"  cpu {figure[:-3]}, ms", name, "pause_cpu_" + figure, "", {}))
    return rows + [
        ("  live, MiB", name, "live_mib", "1024", {}),
        ("  MB/s allocated", name, "mb_per_second", "200", {}),
        ("  million stores/s", name, "million_stores_per_second", "10", {}),
        ("  major collections", name, "majors", "", {}),
        ("  of them degenerated", name, "degenerated", "0", {}),
        ("  marked by the thread, percent", name, "by_thread_percent", "80" if mode == "concurrent" else "", {}),
        ("  heap held, MiB", name, "heap_mib", "1536", {}),
        ("  time not watched, percent", name, "watcher_lost_percent", "", {}),
    ]


def throughput(what, name, unit):
    """The rows of a program in twice what it keeps, marked in pauses and by a thread. The floor is what the share would
    be if the collector were bare loops that copy what survives once and mark what must be marked at that size."""
    rows = []
    libgc = f"throughput_libgc/{name}"
    ocaml = f"throughput_ocaml/{name}"
    for mode, marked in ((0, "pauses"), (2, "a thread")):
        key = f"throughput/{name}/{mode}"
        rows += [
            (
                f"{what}, marked by {marked}, percent not stopped",
                key,
                "percent",
                "95",
                {
                    "bare loops": (key, "floor_percent"),
                    "libgc": (libgc, f"{name}_percent"),
                    "OCaml": (ocaml, f"{name}_percent"),
                },
            ),
            (
                "  stopped by minor collections, percent",
                key,
                "minor_percent",
                "",
                {"bare copying": (key, "floor_copying_percent")},
            ),
            ("  times a byte allocated is copied", key, "copies", "", {}),
            (
                f"  {unit}, ns",
                key,
                "ns",
                "",
                {
                    "malloc": (f"throughput_malloc/{name}", "ns"),
                    "libgc": (libgc, f"{name}_ns"),
                    "OCaml": (ocaml, f"{name}_ns"),
                },
            ),
        ]
    return rows


# What, our benchmark or program, its counter, what to reach, {peer: (benchmark or program, counter)}.
ROWS = [
    ("32 bytes, 1 % survives, ns", "alloc/one_percent", "ns", "1.5", {"bump and initialise": ("alloc/bump", "ns")}),
    ("  collection's share, percent", "alloc/one_percent", "gc_percent", "", {}),
    ("GCBench in 32 MiB, s", "gcbench", "seconds", "0.35 x libgc", {"libgc": ("gcbench_libgc", "seconds")}),
    ("  of the processor, s", "gcbench", "cpu_seconds", "", {"libgc": ("gcbench_libgc", "cpu_seconds")}),
    ("  in collections, s", "gcbench", "gc_seconds", "", {"libgc": ("gcbench_libgc", "gc_seconds")}),
    ("  longest pause, ms", "gcbench", "max_pause_ms", "", {"libgc": ("gcbench_libgc", "max_pause_ms")}),
    ("  heap held, MiB", "gcbench", "heap_mib", "32", {"libgc": ("gcbench_libgc", "heap_mib")}),
    ("binary trees in 2 x live, s", "trees", "seconds", "1.5 x OCaml", {"OCaml": ("trees_ocaml", "seconds")}),
    ("  of the processor, s", "trees", "cpu_seconds", "", {"OCaml": ("trees_ocaml", "cpu_seconds")}),
    (
        "  collection per node, ns",
        "trees",
        "gc_ns_per_node",
        "1.5 x OCaml",
        {"OCaml": ("trees_ocaml", "gc_ns_per_node")},
    ),
    ("  collection's share, percent", "trees", "gc_percent", "", {"OCaml": ("trees_ocaml", "gc_percent")}),
    ("  heap held, MiB", "trees", "heap_mib", "", {"OCaml": ("trees_ocaml", "heap_mib")}),
    *pauses(
        "minor, 10 % survives",
        "minor_pause/10",
        {"p99": "0.15", "max": "0.4"},
        {"bare copy": "bare_copy/10", "OCaml": "shallow"},
    ),
    ("  survived, percent", "minor_pause/10", "percent", "", {}),
    *pauses("minor, all survive", "minor_pause/100", {"max": "1"}, {"bare copy": "bare_copy/100"}),
    *pauses(
        "minor, 200,000 frames",
        "frames/200000",
        {"p50": "1.5 x 20 frames"},
        {"20 frames": "frames/20", "OCaml": "deep"},
    ),
    *pauses(
        "minor in the VM, 200,000 frames",
        "frames_vm/200000",
        {"p50": "1.5 x 20 frames"},
        {"20 frames": "frames_vm/20"},
    ),
    *pauses(
        "minor in the VM, 100,000 fibers",
        "fibers/100000",
        {"p50": "1.5 x 20 fibers"},
        {"20 fibers": "fibers/20"},
    ),
    ("  a fiber that waits, bytes", "fibers/100000", "bytes_each", "", {}),
    *majors("in order", "in_order", "5", {"bare marking": "bare_mark/in_order"}),
    *majors("random", "random", "18", {"bare": "bare_mark/random", "prefetching": "bare_mark/random_prefetched"}),
    *cycle_ends(),
    *cycle_in_vm(),
    *throughput("LRU cache", "lru_cache", "a read"),
    *throughput("growing table", "growing_table", "an insertion"),
    ("held over 64 MiB live, percent", "memory/64_mib", "percent", "10", {}),
    ("  metadata, percent", "memory/64_mib", "metadata_percent", "7; 2.5", {}),
    ("lost to holes after churn, percent", "fragmentation/churn", "percent", "10", {}),
    ("barrier among other work, ticks added", "barrier/with_indices", "added_ticks", "0.8", {}),
    ("  the store, ticks", "barrier/with_indices", "ticks", "", {"plain": ("barrier/with_indices", "plain_ticks")}),
    ("barrier, stores alone, ticks added", "barrier/back_to_back", "added_ticks", "0.8", {}),
    ("  the store, ticks", "barrier/back_to_back", "ticks", "", {"plain": ("barrier/back_to_back", "plain_ticks")}),
    *[row for mode in MODES for row in paced(mode)],
    ("garbage of 32 bytes, ns", "BM_AllocateGarbage", "real_time", "", {}),
    ("tree of depth 10, ns", "BM_BinaryTree/10", "real_time", "", {}),
    ("tree of depth 16, ns", "BM_BinaryTree/16", "real_time", "", {}),
    ("tree of depth 20, ns", "BM_BinaryTree/20", "real_time", "", {}),
    ("minor, list of 1,000 survives, ns", "BM_MinorPause/1000", "real_time", "", {}),
    ("minor, list of 8,000 survives, ns", "BM_MinorPause/8000", "real_time", "", {}),
    ("minor, list of 40,000 survives, ns", "BM_MinorPause/40000", "real_time", "", {}),
    ("major, tree of depth 12, ns", "BM_MajorPause/12", "real_time", "", {}),
    ("major, tree of depth 20, ns", "BM_MajorPause/20", "real_time", "", {}),
    ("store with barrier, ns", "BM_WriteField", "real_time", "", {"without": ("BM_WriteFieldNonRef", "real_time")}),
    ("4,096 numbers of mixed kinds added, ns", "BM_SumMixedNumbers", "real_time", "", {}),
    ("a float unpacked and packed, ns", "BM_FloatRoundTrip", "real_time", "", {}),
]


def build_ocaml(folder, names):
    """Builds programs in OCaml in `folder`: path by name, nothing without a compiler."""
    if not shutil.which("ocamlopt"):
        complain("OCaml is left out: it is not installed (Debian package ocaml-nox)")
        return {}
    programs = {}
    for name in names:
        for source in (f"{name}.ml", "ocaml_stopped.c"):
            shutil.copy(os.path.join(FOLDER, source), folder)
        wraps = ",".join(f"--wrap={function}" for function in OCAML_STOPS)
        command = ["ocamlopt", "-O3", "-unsafe", "-inline", "200", "-ccopt", f"-Wl,{wraps}"]
        command += ["ocaml_stopped.c", f"{name}.ml", "-o", f"{name}_ocaml"]
        ended = subprocess.run(command, cwd=folder, capture_output=True, check=False)
        if ended.returncode != 0:
            raise BenchError(f"ocamlopt failed: {ended.stderr.decode(errors='replace').strip()}")
        programs[f"{name}_ocaml"] = [os.path.join(folder, f"{name}_ocaml")]
    return programs


def commands_of(options, folder):
    """Command by name of the programs that run in turn, and of those that run once."""
    names = {"gcbench": "gcbench_foxvm", "trees": "trees_foxvm"}
    if options.libgc:
        names.update({name: name for name in ("gcbench_libgc", "major_libgc")})
    else:
        complain("libgc is left out: it is not installed (Debian package libgc-dev)")
    programs = {name: [f"{options.bin}/{file}"] for name, file in names.items()}
    if options.libgc:
        for program, heap_bytes in TWICE_LIVE.items():
            programs[f"throughput_libgc/{program}"] = [f"{options.bin}/throughput_libgc", program, str(heap_bytes)]
    for what, counts in (("frames", (20, 200000)), ("fibers", (20, 100000))):
        row = "frames_vm" if what == "frames" else what
        programs.update({f"{row}/{count}": [f"{options.bin}/stacks", f"--{what}", str(count)] for count in counts})
    programs.update(build_ocaml(folder, ["trees", "pauses", "throughput"]))
    if ocaml := programs.pop("throughput_ocaml", None):
        programs.update({f"throughput_ocaml/{program}": [*ocaml, program] for program in TWICE_LIVE})
    once = {f"pacing/{mode}": [f"{options.bin}/pacing", "--mode", mode] for mode in MODES}
    if options.live_mib:
        once = {name: command + ["--live-mib", str(options.live_mib)] for name, command in once.items()}
    return programs, once


def figures_of(name, output):
    """{(name, counter): [value]} of a program's lines."""
    figures = {}
    for line in output.decode().splitlines():
        counter, value = line.split(" ")
        figures[name, counter] = [float(value)]
    return figures


def measured(options):
    """(median, least) by (benchmark or program, counter)."""
    samples = {}

    def gain(figures):
        for key, values in figures.items():
            samples.setdefault(key, []).extend(values)

    def wanted(commands):
        return {name: command for name, command in commands.items() if re.search(options.filter, name)}

    with tempfile.TemporaryDirectory() as folder:
        programs, once = (wanted(commands) for commands in commands_of(options, folder))
        progress = Progress(options.runs * (1 + len(programs)) + len(once))
        for _ in range(options.runs):
            progress.step("gc_bench")
            arguments = ["--benchmark_min_time=0.01", "--benchmark_enable_random_interleaving=true"]
            gain(samples_of(f"{options.bin}/gc_bench", arguments + [f"--benchmark_filter={options.filter}"]))
            for name, command in programs.items():
                progress.step(name)
                gain(figures_of(name, measure(command)[0]))
        for name, command in once.items():
            progress.step(name)
            gain(figures_of(name, measure(command)[0]))
        progress.erase()
    return {key: (statistics.median(values), min(values)) for key, values in samples.items()}


def table(figures, filtered):
    """(title, dictionary) of each row; a peer that did not run is left out, and a row that was not wanted."""
    rows = []
    for what, name, counter, reach, peers in ROWS:
        if (name, counter) not in figures:
            if filtered:
                continue
            raise BenchError(f"there is no benchmark {name} with {counter}")
        ours, least = figures[name, counter]
        row = {"what": what.strip(), "name": name, "counter": counter, "ours": ours, "least": least, "reach": reach}
        row["peers"] = {
            peer: dict(zip(("median", "least"), figures[key])) for peer, key in peers.items() if key in figures
        }
        rows.append((what, row))
    return rows


def figure(value):
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def ratio(ours, peer):
    return f"{ours / peer:.2f}" if peer else "-"


def peer_cell(row, peer, of):
    ratios = f"{ratio(row['ours'], of['median'])}, {ratio(row['least'], of['least'])}"
    return f"{peer} {figure(of['median'])}, {figure(of['least'])} ({ratios})"


def run(options):
    rows = table(measured(options), options.filter != ".")
    print(f"{'':46}{'median':>10}{'least':>10}  {'reach':16}peers: median, least (ours/peer of both)")
    for what, row in rows:
        peers = "; ".join(peer_cell(row, peer, of) for peer, of in row["peers"].items())
        # Noise makes a percentage and a difference less as well as more.
        least = "-" if row["counter"].endswith(("percent", "added_ticks")) else figure(row["least"])
        print(f"{what:46}{figure(row['ours']):>10}{least:>10}  {row['reach']:16}{peers}".rstrip())
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump([row for _, row in rows], file, indent=1)
            file.write("\n")


def main():
    parser = argparse.ArgumentParser(prog="tools/bench gc", description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--libgc", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--runs", type=positive, default=5, metavar="N", help="runs of each row (5)")
    parser.add_argument("--filter", default=".", metavar="REGEX", help="only the benchmarks and programs it matches")
    parser.add_argument("--live-mib", type=positive, metavar="N", help="live under the load that is paced (1024)")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    return exit_status(lambda: run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())
