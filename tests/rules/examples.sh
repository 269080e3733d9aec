#!/usr/bin/env bash
# Every example, a brief or a requirements document, begins with its story in one line, runs without a failing check, and stands
# with that line in examples/README.md. Usage: examples.sh ARCHVM SOURCE_DIR
set -euo pipefail
archvm=$1
cd "$2"
wrong=0
say() { echo "$1"; wrong=1; }
for brief in examples/*/brief.facts; do
  name=${brief#examples/}
  story=$(sed -n '1s/^# //p' "$brief")
  [ -n "$story" ] || say "$brief does not begin with its story: # ..."
  grep -qF "| [${name%/brief.facts}]($name) | $story | " examples/README.md || say "examples/README.md lacks ${name%/brief.facts} with the story of its brief"
  "$archvm" run rules "$brief" >/dev/null || say "$brief does not run"
done
for document in examples/*/prd.md; do
  name=${document#examples/}
  story=$(sed -n '1s/^<!-- \(.*\) -->$/\1/p' "$document")
  [ -n "$story" ] || say "$document does not begin with its story: <!-- ... -->"
  grep -qF "| [${name%/prd.md}]($name) | $story | " examples/README.md || say "examples/README.md lacks ${name%/prd.md} with the story of its document"
  "$archvm" run rules "$document" >/dev/null || say "$document does not run"
done
exit "$wrong"
