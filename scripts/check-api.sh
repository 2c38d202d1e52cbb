#!/bin/sh
# Whether docs/api/ is what `npm run api` writes, and whether everything in it is described.
set -eu
cd "$(dirname "$0")/.."
written=$(mktemp -d)
trap 'rm -r "$written"' EXIT
typedoc --logLevel Warn --out "$written"
if ! diff -r docs/api "$written"; then
  echo "docs/api/ is not up to date: run \`npm run api\`." >&2
  exit 1
fi
