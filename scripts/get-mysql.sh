#!/bin/sh
# Puts a MySQL server (not MariaDB) into .cache/mysql, for the tests that log in to both kinds of server.
#
# Debian 12 has no MySQL server, but Debian's unstable branch does (9.7 at the time of writing; 8.4, which RDS runs, is
# packaged nowhere). Its packages would not fit into this system, so they are only unpacked, with their own C library,
# into a folder, and nothing is installed. The mirror is the one this machine is set up for. Needs apt and dpkg.
set -eu

cd "$(dirname "$0")/.."
target="$PWD/.cache/mysql"
[ -x "$target/bin/mysqld" ] && exec "$target/bin/mysqld" --version

mirror=$(
  # Both forms of apt's configuration; the first Debian archive that is no security archive.
  {
    cat /etc/apt/sources.list.d/*.sources 2>/dev/null | sed -n 's/^URIs: *\([^ ]*\).*/\1/p'
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
      sed -n 's/^deb  *\(\[[^]]*\]  *\)\{0,1\}\([^ ]*\).*/\2/p'
  } | grep '/debian/\{0,1\}$' | head -n 1
)
[ -n "$mirror" ] || { echo "get-mysql: apt has no Debian mirror here; tests against MySQL are left out." >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/root"
: >"$work/status"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror sid main" >"$work/sources.list"

# A state of its own: the system's package lists, cache and database stay untouched.
private_apt() {
  apt-get -qq \
    -o Dir::Etc::sourcelist="$work/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State="$work" -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none "$@"
}
private_apt update
private_apt install --download-only --no-install-recommends -y mysql-server-core >/dev/null

for package in "$work"/cache/archives/*.deb; do
  dpkg -x "$package" "$work/root"
done

loader=$(find "$work/root" -name 'ld-linux*.so.*' | head -n 1)
libraries=$(find "$work/root" -name '*.so*' ! -path '*/mysql/plugin/*' -exec dirname {} + |
  sort -u | grep '/root\(/usr\)\{0,1\}/lib/[^/]*-linux-gnu\(/mysql/private\)\{0,1\}$')
relative() { printf '%s' "${1#"$work/root/"}"; }
{
  echo '#!/bin/sh'
  echo '# Runs mysqld with the C library it was built for.'
  # shellcheck disable=SC2016 # the wrapper expands it
  echo 'root=$(CDPATH= cd "$(dirname "$0")/../root" && pwd)'
  printf 'libraries='
  for folder in $libraries; do printf '"$root/%s":' "$(relative "$folder")"; done
  echo
  # shellcheck disable=SC2016
  printf 'exec "$root/%s" --library-path "$libraries" "$root/usr/sbin/mysqld" "$@" \\\n' "$(relative "$loader")"
  # shellcheck disable=SC2016
  # With printf: shells differ in what echo makes of a backslash.
  printf '%s \\\n' '  --lc-messages-dir="$root/usr/share/mysql" --character-sets-dir="$root/usr/share/mysql/charsets" --plugin-dir="$root/usr/lib/mysql/plugin"'
  echo "  --secure-file-priv=NULL"
} >"$work/mysqld"
chmod +x "$work/mysqld"

rm -rf "$target"
mkdir -p "$target/bin"
mv "$work/root" "$target/root"
mv "$work/mysqld" "$target/bin/mysqld"
"$target/bin/mysqld" --version
