#!/bin/sh
# Makes what the tests of the Pulumi package need beside the CLI of get-pulumi.sh: Pulumi's language host for YAML, built from its
# published Go module, and a Python with Pulumi's SDK. Both are kept in the user's cache.
set -eu

cli=3.260.0
yaml=1.25.0
target="${XDG_CACHE_HOME:-$HOME/.cache}/lambda-rds-proxy/pulumi-$cli"
mkdir -p "$target/bin"

if [ ! -x "$target/bin/pulumi-language-yaml" ] && command -v go >/dev/null; then
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  cd "$work"
  cat >go.mod <<END
module host

go 1.25

require github.com/pulumi/pulumi-yaml v$yaml

replace github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e
END
  printf 'package host\n\nimport _ "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml"\n' >host.go
  echo "get-languages: building the language host for YAML $yaml from its Go module" >&2
  go mod tidy >&2
  go build -o "$work/host" github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml >&2
  cp "$work/host" "$target/bin/pulumi-language-yaml.$$"
  mv "$target/bin/pulumi-language-yaml.$$" "$target/bin/pulumi-language-yaml"
fi

if [ ! -x "$target/python/bin/pulumi-sdk-is-here" ] && command -v python3 >/dev/null; then
  rm -rf "$target/python"
  python3 -m venv "$target/python"
  "$target/python/bin/pip" install --quiet "pulumi==$cli" >&2
  # Last of all, so that nobody takes half an installation for a whole one.
  touch "$target/python/bin/pulumi-sdk-is-here"
fi
