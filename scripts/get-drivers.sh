#!/bin/sh
# Fetches the MySQL drivers of other languages that `npm run conformance` tries, each in a fixed version, into the user's cache. What a
# driver needs has to be there: Python, the header files of libmariadb for the C client, Maven and a JDK, Go.
set -eu

target="${XDG_CACHE_HOME:-$HOME/.cache}/lambda-rds-proxy/drivers-2"
mkdir -p "$target"

if [ ! -e "$target/python/complete" ] && command -v python3 >/dev/null; then
  rm -rf "$target/python"
  python3 -m venv "$target/python"
  "$target/python/bin/pip" install --quiet pymysql==1.1.2 mysql-connector-python==9.5.0 >&2
  # A binding of the C client library.
  "$target/python/bin/pip" install --quiet mysqlclient==2.2.7 >"$target/mysqlclient.log" 2>&1 ||
    echo "get-drivers: no C client: install libmariadb-dev, pkg-config and gcc, and delete $target" >&2
  touch "$target/python/complete"
fi

jar="$target/mysql-connector-j-9.7.0.jar"
if [ ! -e "$jar" ] && command -v mvn >/dev/null; then
  mvn --quiet --batch-mode dependency:copy -Dartifact=com.mysql:mysql-connector-j:9.7.0 "-DoutputDirectory=$target" >&2
fi

if [ ! -e "$target/prisma/generated/client.ts" ]; then
  rm -rf "$target/prisma"
  cp -R "$(dirname "$0")/../test/conformance/clients/prisma" "$target/prisma"
  # Prisma 7 makes its client without a program of its own. It would fetch one for migrations all the same, unless it has one.
  (cd "$target/prisma" && npm install --silent --no-audit --no-fund --ignore-scripts >&2 &&
    PRISMA_SCHEMA_ENGINE_BINARY=/bin/true npx prisma generate --schema schema.prisma >"$target/prisma.log" 2>&1) ||
    echo "get-drivers: no Prisma, see $target/prisma.log" >&2
fi

if [ ! -x "$target/differential-go" ] && command -v go >/dev/null; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cp "$(dirname "$0")/../test/conformance/clients/differential.go" "$work/main.go"
  cd "$work"
  printf 'module differential\n\ngo 1.21\n\nrequire github.com/go-sql-driver/mysql v1.9.3\n' >go.mod
  go mod tidy >&2
  go build -o "$target/differential-go.$$" . >&2
  mv "$target/differential-go.$$" "$target/differential-go"
fi
