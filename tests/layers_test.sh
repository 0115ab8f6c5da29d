#!/bin/sh
# Fails when a package depends on one above it: each query result must be empty.
set -u
status=0
for query in gc_reaches_too_high frontend_reaches_the_heap bytecode_reaches_the_heap interp_reaches_its_users; do
  if [ -s "tests/$query" ]; then
    echo "$query:"
    cat "tests/$query"
    status=1
  elif [ ! -e "tests/$query" ]; then
    echo "$query: no result"
    status=1
  fi
done
exit $status
