# The suites: a function each.

SUITES=(format lint docs unit ui behaviour loom postgres end_to_end)

suite_format() { cargo fmt --all --check; }

suite_lint() { cargo clippy --workspace --all-targets --all-features -- -D warnings; }

suite_docs() {
  RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --all-features &&
    cargo test --workspace --all-features --doc
}

suite_unit() { cargo test --workspace --all-features --lib --bins --examples; }

suite_ui() { cargo test -p goldsignal-tests --all-features --test ui; }

suite_behaviour() {
  local tests
  tests=$(cargo metadata --no-deps --format-version 1 |
    python3 -c 'import json, sys
packages = json.load(sys.stdin)["packages"]
for package in packages:
    for target in package["targets"]:
        if "test" in target["kind"] and target["name"] not in ("ui", "end_to_end"):
            print(package["name"] + ":" + target["name"])')
  local failed=0 each
  for each in $tests; do
    cargo test --all-features -p "${each%%:*}" --test "${each##*:}" || failed=1
  done
  return $failed
}

suite_loom() {
  RUSTFLAGS="--cfg goldsignal_loom" CARGO_TARGET_DIR=target/loom \
    cargo test -p goldsignal --lib --release loom
}

# The todo service's tests again, on a PostgreSQL server of their own.
suite_postgres() {
  local bin dir as="" port=54329
  bin=$(postgres_bin)
  dir=$(mktemp -d)
  # The server refuses to run as root.
  if [[ $(id -u) -eq 0 ]]; then
    chown postgres "$dir"
    as="runuser -u postgres --"
  fi
  $as "$bin/initdb" -D "$dir/data" -A trust -U todo >/dev/null &&
    $as "$bin/pg_ctl" -D "$dir/data" -w -o "-p $port -k $dir -c listen_addresses=127.0.0.1" start >/dev/null || return 1
  TODO_TEST_POSTGRES="postgres://todo@127.0.0.1:$port/postgres" cargo test -p todo --test api
  local result=$?
  $as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null
  rm -rf "$dir"
  return $result
}

suite_end_to_end() {
  cargo build -p todo && cargo test -p goldsignal-tests --test end_to_end -- --nocapture
}
