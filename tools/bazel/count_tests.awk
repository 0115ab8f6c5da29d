# Prints `N passed, N failed` for one `bazel test`: awk -v status=EXIT_STATUS -f count_tests.awk
# BUILD_EVENTS_JSON
# How: the events (one JSON object a line) name the test.xml of every test that this run has run or taken from
#      the cache, so reports left by earlier runs do not count. Test cases that were skipped or disabled count
#      as nothing, a program that failed without a failed case (a leak at exit), or a target that did not
#      build, as one failure.

# The text with CDATA sections taken out; sections may span lines.
function outside_cdata(line,    out, at) {
  out = ""
  while (line != "") {
    if (in_cdata) {
      at = index(line, "]]>")
      if (!at) return out
      line = substr(line, at + 3)
      in_cdata = 0
    } else {
      at = index(line, "<![CDATA[")
      if (!at) return out line
      out = out substr(line, 1, at - 1)
      line = substr(line, at + 9)
      in_cdata = 1
    }
  }
  return out
}

function end_case() {
  if (in_case) { if (case_failed) ++report_failed; else ++report_passed }
  in_case = case_failed = 0
}

# Sets report_passed and report_failed from one test.xml.
function read_report(path,    line) {
  report_passed = report_failed = in_case = case_failed = in_cdata = 0
  while ((getline line < path) > 0) {
    line = outside_cdata(line)
    if (line ~ /<testcase /) {
      end_case()
      in_case = line !~ /status="notrun"|result="skipped"/
    }
    if (line ~ /<(failure|error)[ >]/) case_failed = 1
  }
  end_case()
  close(path)
}

/^\{"id":\{"testResult":/ {
  path = ""
  if (match($0, /"name":"test.xml","uri":"file:\/\/[^"]*"/)) {
    path = substr($0, RSTART, RLENGTH - 1)
    sub(/.*file:\/\//, "", path)
  }
  read_report(path)
  passed += report_passed
  failed += report_failed
  if (!report_failed && $0 !~ /"status":"PASSED"/) ++failed
}

/^\{"id":\{"targetCompleted":/ && !/"completed":\{"success":true/ { ++failed }

END {
  if (status != 0 && !failed) failed = 1
  printf "%d passed, %d failed\n", passed, failed
}
