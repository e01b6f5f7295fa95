# The parts of a suite's log that the terminal shows.

# The closing lines of the test runners, without those of programs that have no test; and what was skipped.
closing_lines() {
  grep -hE '^(test result:|SKIPPED |summary: |fault matrix: |incidents: |dashboards: |page: |system: )' "$1" | grep -v ' 0 passed; 0 failed; 0 ignored' || true
}

# Where and why tests panicked, and their names; the end of the log where none did, as when something
# does not compile. Panics are looked for in the whole log: with --nocapture they are among the rest.
failures() {
  local said
  said=$(grep -aA8 "^thread '.*' .*panicked at" "$1" | grep -vE '^ +([0-9]+:|at /rustc)' || true)
  if [[ -n "$said" ]]; then
    echo "$said"
    grep -aE 'test .* \.\.\. .*(FAILED|mismatch|error)' "$1" || true
    echo "the whole log: $1"
  else
    tail -n 60 "$1"
  fi
}
