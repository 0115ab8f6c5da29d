#!/usr/bin/env python3
"""Compares this VM with an independent implementation of Morph on random programs: bytecode and output.

    oracle_compare.py ORACLE.py PRINT_PROGRAMS FIRST COUNT [REPORT]

ORACLE.py       the other implementation (not part of this project); its parser, compiler and VM run in
                this process.
PRINT_PROGRAMS  the built //tests/programs:print_programs.
REPORT          file that takes every disagreement; standard output otherwise.
"""
import io
import json
import signal
import subprocess
import sys

SECONDS_PER_PROGRAM = 5


class TooSlow(Exception):
    pass


def load_oracle(path):
    text = open(path).read()
    # Its last line runs its command line.
    names = {"__name__": "oracle"}
    exec(compile(text[: text.rindex("\nmain()")], path, "exec"), names)
    return names


def on_alarm(signum, frame):
    raise TooSlow()


def oracle_result(oracle, text, module):
    """The bytecode as a JSON value and the output as bytes; None: took too long."""
    state = oracle["State"]()
    compiler = oracle["Comp"](state, False)
    output = []
    oracle["out"] = output.append
    oracle["open"] = lambda path, mode: io.BytesIO(module)
    signal.setitimer(signal.ITIMER_REAL, SECONDS_PER_PROGRAM)
    try:
        compiler.block(oracle["Parser"](text).program())
        bytecode = {
            "main": {"code": compiler.u[0].code.hex()},
            "constants": [oracle["cj"](v, state.consts) for v in state.consts],
        }
        closure = oracle["Clo"](oracle["Fn"](compiler.u[0].code, 0, 0), [])
        try:
            oracle["VM"](state.consts, {}).run(closure, [])
        except oracle["Fatal"] as error:
            output.append(b"Runtime error:\n" + str(error).encode() + b"\n")
        return bytecode, b"".join(output)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def read_programs(pipe):
    while line := pipe.readline():
        seed, *sizes = map(int, line.split())
        yield seed, [pipe.read(size) for size in sizes]


def difference(oracle, text, module, bytecode, output):
    """"" when both agree, else what differs. Raises TooSlow."""
    try:
        want_bytecode, want_output = oracle_result(oracle, text, module)
    except TooSlow:
        raise
    except Exception as error:  # whatever the oracle fails of, it is a disagreement
        return "oracle failed: %r\nours: %s" % (error, bytecode[:300].decode("latin1"))
    try:
        ours = json.loads(bytecode)
    except ValueError:
        return "does not compile here: " + bytecode.decode("utf8", "replace")
    if ours != want_bytecode:
        if ours["main"] != want_bytecode["main"]:
            return "main: ours %s\noracle %s" % (ours["main"]["code"], want_bytecode["main"]["code"])
        for index, pair in enumerate(zip(ours["constants"], want_bytecode["constants"])):
            if pair[0] != pair[1]:
                return "constant %d: ours %r\noracle %r" % (index, *pair)
        return "number of constants"
    if output != want_output:
        shorter = min(len(output), len(want_output))
        at = next((i for i in range(shorter) if output[i] != want_output[i]), shorter)
        part = slice(max(0, at - 60), at + 60)
        return "output at byte %d:\nours   ...%r\noracle ...%r" % (at, output[part], want_output[part])
    return ""


def main():
    if len(sys.argv) not in (5, 6):
        sys.exit(__doc__)
    oracle = load_oracle(sys.argv[1])
    report = open(sys.argv[5], "a") if len(sys.argv) == 6 else sys.stdout
    signal.signal(signal.SIGALRM, on_alarm)
    producer = subprocess.Popen([sys.argv[2], sys.argv[3], sys.argv[4]], stdout=subprocess.PIPE)
    compared = slow = failed = 0
    for seed, (text, module, bytecode, output) in read_programs(producer.stdout):
        try:
            found = difference(oracle, text, module, bytecode, output)
        except TooSlow:
            slow += 1
            continue
        compared += 1
        if found:
            failed += 1
            texts = (seed, found, module.decode(), text.decode())
            print("== seed %d: %s\n-- modul.fox\n%s-- program\n%s" % texts, file=report, flush=True)
    if producer.wait() != 0:
        failed += 1
        ended = (producer.returncode, compared + slow)
        print("== print_programs ended with status %d after %d programs" % ended, file=report)
    print("%d compared, %d disagree, %d too slow for the oracle" % (compared, failed, slow))
    sys.exit(1 if failed else 0)


main()
