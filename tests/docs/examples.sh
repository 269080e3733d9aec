#!/usr/bin/env bash
# The fenced `arch` blocks of a page, taken together, are one program: it compiles and its tests pass.
# Usage: examples.sh ARCHVM PAGE
set -euo pipefail
archvm=$1
page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A block that holds fences of its own stands in a longer one.
awk '/^````*arch$/ { fence = $0; sub(/arch/, "", fence); blocks++; next } $0 == fence { fence = "" } fence { print } END { if (blocks < 10) exit 1 }' "$page" > "$work/page.arch"

"$archvm" check "$work/page.arch"
"$archvm" test "$work/page.arch"
