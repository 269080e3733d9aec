#!/usr/bin/env bash
# schema.sh ARCHVM: the JSON Schemas of ARCHVM, compiled by ajv, against briefs. The shipped rules'
# schema accepts every example; that of briefs/rules.arch accepts briefs/good.txt and refuses
# briefs/bad.txt, and ARCHVM says the same of each. Exit status 77: ajv cannot run here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
archvm=${1:?usage: schema.sh ARCHVM}
"$here/setup.sh"
cache=${ARCHVM_EXTERNAL_CACHE:-$root/build/external}

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
"$archvm" schema "$here/briefs/rules.arch" >"$out/small.schema.json"
"$archvm" schema "$root/rules" >"$out/shipped.schema.json"

failed=0
check() { # check FILE ACCEPTED: what archvm says of each brief of FILE
    local line status
    while IFS= read -r line; do
        [[ -n $line && $line != '#'* ]] || continue
        status=0
        printf '%s\n' "$line" | "$archvm" eval --values "$here/briefs/rules.arch" - >/dev/null 2>&1 || status=$?
        if ((status != $2)); then
            echo "FAIL archvm: exit status $status, not $2: $line"
            failed=1
        fi
    done <"$here/briefs/$1"
}
check good.txt 0
check bad.txt 4

node "$here/lib/schema.mjs" "$cache/npm" "$out/small.schema.json" \
    "$here/briefs/good.txt" "$here/briefs/bad.txt" \
    "$out/shipped.schema.json" "$root"/examples/*/brief.facts || failed=1
exit "$failed"
