#!/bin/sh
# Puts a MySQL server (not MariaDB) into .cache/mysql. The tests that log in to a server then run against both kinds.
#
# Debian 12 has no MySQL server, but Debian's unstable branch has one (9.7 in November 2026). No Debian branch has 8.4, the
# version that RDS runs. The packages need a newer C library than this system has. The script therefore installs nothing: it
# unpacks the server together with its C library into a folder. It uses the mirror in apt's configuration, and needs apt
# and dpkg.
set -eu

cd "$(dirname "$0")/.."
target="$PWD/.cache/mysql"

# Prints the first Debian archive in apt's configuration that is not a security archive. The configuration has two formats.
find_mirror() {
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed -n 's/^URIs: *\([^ ]*\).*/\1/p'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -n 's/^deb  *\(\[[^]]*\]  *\)\{0,1\}\([^ ]*\).*/\2/p'
  } | grep '/debian/\{0,1\}$' | head -n 1
}

# Runs apt-get with package lists, a cache and a database of its own. Those of the system stay as they are.
private_apt() {
  apt-get -qq \
    -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State="$work" -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}

download() {
  mirror=$(find_mirror)
  [ -n "$mirror" ] || {
    echo "get-mysql: apt's configuration names no Debian mirror, so the tests run without a MySQL server." >&2
    exit 1
  }
  mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
  : >"$work/status"
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/sources.list"
  private_apt update
  private_apt install --download-only --no-install-recommends -y mysql-server-core >/dev/null
  for package in "$work"/cache/archives/*.deb; do
    dpkg -x "$package" "$work/root"
  done
}

relative() { printf '%s' "${1#"$work/root/"}"; }

# Writes a program that runs the unpacked server with the C library it was built for.
#
# It does not let the server make its system tables, which takes more than a second of CPU. It copies a data folder instead
# that the server made once: that is what --initialize-insecure asks for, and many test files start a server of their own.
write_wrapper() {
  loader=$(find "$work/root" -name 'ld-linux*.so.*' | head -n 1)
  libraries=$(find "$work/root" -name '*.so*' ! -path '*/mysql/plugin/*' -exec dirname {} + |
    sort -u | grep '/root\(/usr\)\{0,1\}/lib/[^/]*-linux-gnu\(/mysql/private\)\{0,1\}$')
  # shellcheck disable=SC2016 # the wrapper expands what is in single quotes
  {
    echo '#!/bin/sh'
    echo '# Written by scripts/get-mysql.sh, which says why.'
    echo 'here=$(CDPATH= cd "$(dirname "$0")/.." && pwd)'
    echo 'root=$here/root'
    echo 'initialize= datadir='
    echo 'for argument; do'
    echo '  case $argument in'
    echo '    --initialize-insecure) initialize=yes ;;'
    echo '    --datadir=*) datadir=${argument#--datadir=} ;;'
    echo '  esac'
    echo 'done'
    echo 'if [ "$initialize" ] && [ "$datadir" ] && [ -d "$here/data" ]; then'
    echo '  mkdir -p "$datadir" && exec cp -R "$here/data/." "$datadir"'
    echo 'fi'
    printf 'libraries='
    for folder in $libraries; do printf '"$root/%s":' "$(relative "$folder")"; done
    echo
    # With printf: shells differ in what echo does with a backslash.
    printf 'exec "$root/%s" --library-path "$libraries" "$root/usr/sbin/mysqld" "$@" \\\n' "$(relative "$loader")"
    printf '%s \\\n' '  --lc-messages-dir="$root/usr/share/mysql" --character-sets-dir="$root/usr/share/mysql/charsets" --plugin-dir="$root/usr/lib/mysql/plugin"'
    echo "  --secure-file-priv=NULL"
  } >"$work/mysqld"
  chmod +x "$work/mysqld"
}

# With small files and without waiting for the disk, as the stand-in starts its servers.
make_data_folder() {
  rm -rf "$target/data"
  "$target/bin/mysqld" --no-defaults --initialize-insecure --datadir="$target/new-data" --mysqlx=OFF --skip-log-bin \
    --innodb-redo-log-capacity=8M --innodb-autoextend-increment=1 --innodb-flush-log-at-trx-commit=0 \
    --innodb-flush-method=nosync --skip-innodb-doublewrite --skip-innodb-use-native-aio --user="$(id -un)" 2>"$work/log" ||
    { cat "$work/log" >&2; exit 1; }
  # Each server makes up an id of its own.
  rm "$target/new-data/auto.cnf"
  mv "$target/new-data" "$target/data"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [ ! -d "$target/data" ]; then
  download
  write_wrapper
  rm -rf "$target"
  mkdir -p "$target/bin"
  mv "$work/root" "$target/root"
  mv "$work/mysqld" "$target/bin/mysqld"
  make_data_folder
fi
"$target/bin/mysqld" --version
