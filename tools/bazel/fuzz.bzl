"""foxvm_fuzz_target: a libFuzzer program."""

load("//tools/bazel:copts.bzl", "FOXVM_COPTS")

def foxvm_fuzz_target(name, srcs, deps):
    """A program around the LLVMFuzzerTestOneInput in `srcs`, which .ci/run finds and runs.

    It links only under --config=fuzz, so `//...` leaves it out. Starting inputs, if any, are the files of
    the folder `<name>_corpus` beside the BUILD file.
    """
    native.cc_binary(
        name = name,
        srcs = srcs,
        copts = FOXVM_COPTS,
        linkopts = ["-fsanitize=fuzzer"],
        tags = ["fuzz", "manual"],
        deps = deps,
    )
