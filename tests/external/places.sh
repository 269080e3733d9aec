#!/usr/bin/env bash
# places.sh ARCHVM: every name of places/names.txt through places/rules.arch, which puts it into every
# kind of place, and all that is written to the validators. Exit status 77: they cannot run here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
archvm=${1:?usage: places.sh ARCHVM}

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
count=0
while IFS= read -r name; do
    [[ -n $name && $name != '# '*'line;'* ]] || continue
    count=$((count + 1))
    printf "product_name: '%s'\n" "${name//\'/\'\'}" >"$out/brief.facts"
    "$archvm" run "$here/places/rules.arch" "$out/brief.facts" -o "$out/all/$count" 2>"$out/log" || {
        echo "FAIL run: $name"
        cat "$out/log"
        exit 1
    }
done <"$here/places/names.txt"
"$here/validate.sh" "$out/all" --quiet
echo "$count names"
