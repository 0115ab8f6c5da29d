#!/bin/bash
# Assembles calls.s, links it with nothing but the library given and runs it, also where there is little address space:
# calls_test.sh SOURCE LIBRARY.
set -u
directory=$(mktemp -d) || exit 1
trap 'rm -rf "$directory"' EXIT
as -o "$directory/calls.o" "$1" || exit 1
ld --fatal-warnings -o "$directory/calls" "$directory/calls.o" "$2" || exit 1
for limit in unlimited 16384; do
  (ulimit -v "$limit" && exec "$directory/calls")
  status=$?
  [ "$status" -eq 0 ] && continue
  echo "address space $limit: exit status $status: the number of the check that failed, or a signal"
  exit 1
done
