#!/bin/sh
# Checks the workflows. Go builds the tool once, in half a minute, into a cache that is not in the work tree.
set -eu
cd "$(dirname "$0")/.."

version=1.7.12
folder=${XDG_CACHE_HOME:-$HOME/.cache}/lambda-rds-proxy/actionlint-$version
[ -x "$folder/actionlint" ] || GOBIN=$folder go install "github.com/rhysd/actionlint/cmd/actionlint@v$version"
# Without the tools that are on some machines only, so that the result is the same everywhere.
exec "$folder/actionlint" -shellcheck= -pyflakes= .github/workflows/*.yml
