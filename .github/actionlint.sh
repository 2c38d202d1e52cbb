#!/bin/sh
# Checks the workflows. Go builds the tool once, in half a minute, into a cache that is not in the work tree.
set -eu
cd "$(dirname "$0")/.."

# A tag can be moved to other code; a commit cannot.
if grep -Hn 'uses:' .github/workflows/*.yml | grep -Ev '@[0-9a-f]{40} # v[0-9.]+$'; then
  echo "The actions above are not pinned: write each one as <owner>/<name>@<commit> # <version>." >&2
  exit 1
fi

version=1.7.12
folder=${XDG_CACHE_HOME:-$HOME/.cache}/lambda-rds-proxy/actionlint-$version
[ -x "$folder/actionlint" ] || GOBIN=$folder go install "github.com/rhysd/actionlint/cmd/actionlint@v$version"
# Without the tools that are on some machines only, so that the result is the same everywhere.
exec "$folder/actionlint" -shellcheck= -pyflakes= .github/workflows/*.yml
