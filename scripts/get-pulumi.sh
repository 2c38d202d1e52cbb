#!/bin/sh
# Prints the path of a Pulumi CLI for the tests of the engine: the one on PATH, or one that this script builds from Pulumi's
# published Go modules and keeps in the user's cache. The first build takes 10 to 15 minutes on a small machine.
set -eu

version=3.260.0

command -v pulumi && exit
target="${XDG_CACHE_HOME:-$HOME/.cache}/lambda-rds-proxy/pulumi-$version/bin/pulumi"
[ -x "$target" ] && echo "$target" && exit
command -v go >/dev/null || { echo "get-pulumi: neither pulumi nor go is on PATH." >&2; exit 1; }

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >go.mod <<END
module cli

go 1.25

require (
	github.com/pulumi/pulumi/pkg/v3 v$version
	github.com/pulumi/pulumi/sdk/v3 v$version
)

// Pulumi's own replacement: a replacement counts only in the main module, so it has to be repeated here.
replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e
END
cat >cli.go <<END
package cli

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
END
echo "get-pulumi: building the Pulumi CLI $version from its Go modules" >&2
# The import of a command cannot be compiled, but it tells Go which modules the build needs.
go mod tidy >&2
go build -o "$work/pulumi" \
  -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$version" \
  github.com/pulumi/pulumi/pkg/v3/cmd/pulumi >&2
mkdir -p "$(dirname "$target")"
# In one step, so that nobody finds half a program.
cp "$work/pulumi" "$target.$$" && mv "$target.$$" "$target"
echo "$target"
