#!/usr/bin/env bash
# Runs bench/gc/shim's programs, which check what they build, in each mode of marking with stress and verification.
set -eu
for mode in pause slices thread; do
  for program in trees quads ephemerons finalizers; do
    FOXVM_GC="mode=$mode,stress=499,verify" "$1" "$program" 2 4
  done
done
