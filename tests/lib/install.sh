# What the suites need beside Rust, installed from the package registries where it is missing.

# Prints what a suite needs and cannot have; nothing when all is there.
needs() {
  # rustc links with it, and SQLite is compiled by it.
  [[ "$1" == format ]] || debian cc build-essential
  case "$1" in
    end_to_end)
      debian prometheus prometheus
      debian promtool prometheus
      python_package
      ;;
    operations) debian promtool prometheus ;;
    behaviour) debian python3 python3 ;;
    benches) debian valgrind valgrind ;;
    postgres) [[ -n "$(postgres_bin)" ]] || debian_install postgresql || echo postgresql ;;
  esac
}

# debian PROGRAM PACKAGE
debian() {
  command -v "$1" >/dev/null || debian_install "$2" || echo "$1"
}

debian_install() {
  local sudo=""
  [[ $(id -u) -eq 0 ]] || sudo=$(command -v sudo) || return 1
  command -v apt-get >/dev/null || return 1
  # Services of the packages are not wanted: the tests start their own. In run level 1 none is started
  # (sudo drops variables that are not given to `env`); systemd knows no such level and is told to stop it.
  {
    $sudo apt-get update -qq
    $sudo env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends "$1" || return 1
    if [[ -d /run/systemd/system ]] && systemctl cat "$1.service" >/dev/null; then
      $sudo systemctl disable --now "$1.service" || true
    fi
  } >&2
}

# The OpenMetrics parser of Prometheus' Python client, in an environment of its own.
python_package() {
  local venv=tests/.venv
  "$venv/bin/python" -c 'import prometheus_client.openmetrics.parser' 2>/dev/null && return
  {
    command -v python3 >/dev/null || debian_install python3
    python3 -m venv "$venv" || { debian_install python3-venv && python3 -m venv "$venv"; }
    "$venv/bin/pip" install --quiet --disable-pip-version-check 'prometheus-client==0.22.1'
  } >&2 || echo "prometheus-client (PyPI)"
}

# Where PostgreSQL keeps its server's programs.
postgres_bin() {
  local dir
  for dir in /usr/lib/postgresql/*/bin; do
    [[ -x "$dir/initdb" ]] && echo "$dir" && return
  done
  command -v initdb >/dev/null && dirname "$(command -v initdb)"
}
