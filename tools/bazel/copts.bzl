"""Compiler options of every target: `copts = FOXVM_COPTS`, in tests `copts = FOXVM_TEST_COPTS`."""

FOXVM_COPTS = [
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wformat=2",
    "-Wnon-virtual-dtor",
    "-Woverloaded-virtual",
    "-Wvla",
    # GCC 12 misreports std::string concatenation in C++20 (GCC bug 105651).
    "-Wno-restrict",
    "-fno-exceptions",
    "-fno-rtti",
]

# The same for C: what a host written in C may use.
FOXVM_C_COPTS = [
    "-std=c11",
    "-pedantic",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-Wformat=2",
]

# Tests derive from the libraries' classes, so they must agree with them on RTTI.
FOXVM_TEST_COPTS = FOXVM_COPTS

# For cc_binary targets that users start: an optimised program starts in a third of the time without a dynamic
# linker.
FOXVM_PROGRAM_LINKOPTS = select({
    "//tools/bazel:optimized": ["-static"],
    "//conditions:default": [],
})

# For the dispatch loop: one indirect jump per instruction, as written. GCC's passes would merge two thirds of them,
# which costs 5 % on bench/programs; clang keeps them and does not know the options.
FOXVM_DISPATCH_COPTS = select({
    "//tools/bazel:clang": [],
    "//conditions:default": [
        "-fno-gcse",
        "-fno-crossjumping",
    ],
})
