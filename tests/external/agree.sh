#!/usr/bin/env bash
# agree.sh ARCHVM: every example and every brief of reach/ through ARCHVM; the artefacts of each say the same
# as its document and as one another. Exit status 77: no Node.js with the pinned packages.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
archvm=${1:?usage: agree.sh ARCHVM}
"$here/setup.sh"
cache=${ARCHVM_EXTERNAL_CACHE:-$root/build/external}

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
shopt -s nullglob
for brief in "$root"/examples/*/brief.facts "$root"/examples/*/prd.md "$here"/reach/*.facts; do
    name=$(basename "$brief" .facts)
    [[ $brief == "$here"/* ]] || name=$(basename "$(dirname "$brief")")
    "$archvm" run --quiet "$root/rules" "$brief" -o "$out/$name" >"$out/log" 2>&1 </dev/null || {
        echo "FAIL run $name"
        head -20 "$out/log"
        exit 1
    }
done
rm -f "$out/log"
node "$here/lib/agree.mjs" "$(cd "$cache/npm" && pwd)" "$out"/*
