# What the terminal shows of a suite's log.

# The test runners' own closing lines, but for binaries without a test; and what a test left out.
closing_lines() {
  grep -hE '^(test result:|SKIPPED )' "$1" | grep -v ' 0 passed; 0 failed; 0 ignored' || true
}

# What each failed test said; the end of the log where none did, as when something does not compile.
failures() {
  local said
  said=$(sed -n '/^failures:$/,/^test result:/p' "$1" | grep -v '^test result:' || true)
  if [[ -n "$said" ]]; then echo "$said"; else tail -n 60 "$1"; fi
}
