#!/usr/bin/env bash
# The fenced `arch` blocks of a page, taken together, are one program: it compiles without a warning and its tests pass.
# Usage: examples.sh ARCHVM PAGE
set -euo pipefail
archvm=$1
page=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# A fence inside a template is indented; only one at the line's start ends the block.
awk '/^```arch$/ { on = 1; blocks++; next } /^```$/ { on = 0 } on { print } END { if (blocks < 10) exit 1 }' "$page" > "$work/page.arch"

"$archvm" check "$work/page.arch"
"$archvm" test "$work/page.arch"
