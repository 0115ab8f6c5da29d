"""The repository @system: libraries installed by Debian packages.

Their headers are in the compiler's own search path, so the targets only say how to link. Static archives
where the package has them: programs start faster. Evaluated again whenever the Bazel server starts; after an
upgrade of one of the packages run `bazel clean`, because Bazel does not watch headers and archives outside
the tree.
"""

# Debian package -> a file that it installs.
_PACKAGES = {
    "libabsl-dev": "/usr/include/absl/base/config.h",
    "libasmjit-dev": "/usr/include/asmjit/asmjit.h",
    "libbenchmark-dev": "/usr/include/benchmark/benchmark.h",
    "libedit-dev": "/usr/include/histedit.h",
    "libgmock-dev": "/usr/include/gmock/gmock.h",
    "libgtest-dev": "/usr/include/gtest/gtest.h",
    "libutf8proc-dev": "/usr/include/utf8proc.h",
}

_BUILD = """package(default_visibility = ["//visibility:public"])

# All of Abseil.
cc_library(
    name = "absl",
    linkopts = {absl},
)

# GoogleTest and GoogleMock.
cc_library(
    name = "gtest",
    linkopts = ["-l:libgmock.a", "-l:libgtest.a", "-pthread"],
)

# The same, and main().
cc_library(
    name = "gtest_main",
    linkopts = ["-l:libgtest_main.a"],
    deps = [":gtest"],
)

cc_library(
    name = "benchmark",
    linkopts = ["-lbenchmark", "-pthread"],
)

cc_library(
    name = "asmjit",
    linkopts = ["-l:libasmjit.a", "-pthread"],
)

# Line editing, with the libraries below it.
cc_library(
    name = "edit",
    linkopts = ["-l:libedit.a", "-l:libbsd.a", "-l:libmd.a", "-l:libtinfo.a"],
)

# Peers of //bench:memory_bench and //bench:gc_bench; `tools/setup --bench` installs them.
cc_library(
    name = "protobuf",
    linkopts = ["-lprotobuf"],
)

cc_library(
    name = "libgc",
    linkopts = ["-lgc"],
)

# Unicode letter case.
cc_library(
    name = "utf8proc",
    linkopts = ["-l:libutf8proc.a"],
)
"""

def _system_libraries_impl(ctx):
    missing = [package for package, header in _PACKAGES.items() if not ctx.path(header).exists]
    if missing:
        fail("missing Debian packages; run tools/setup, or: sudo apt-get install " + " ".join(missing))
    archives = {}
    for directory in ctx.path("/usr/lib").readdir():
        if directory.basename.endswith("-linux-gnu"):
            for file in directory.readdir():
                if file.basename.startswith("libabsl_") and file.basename.endswith(".a"):
                    archives[file.basename] = None

    # A group, because the archives are not listed in the order of their dependencies.
    libraries = ["-l:" + name for name in sorted(archives)]
    absl = ["-Wl,--start-group"] + libraries + ["-Wl,--end-group", "-pthread"]
    ctx.file("BUILD.bazel", _BUILD.format(absl = repr(absl)))

system_libraries = repository_rule(
    implementation = _system_libraries_impl,
    local = True,
)
