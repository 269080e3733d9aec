#!/usr/bin/env bash
# examples.sh ARCHVM [reach]: runs the shipped rules on every example, or on the briefs of reach/, which ask for what no
# example does (other clouds, platforms, stores and contracts), and gives all that archvm writes to the validators.
# Exit status 0: every artefact passed. 77: the validators cannot run here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
archvm=${1:-}

shopt -s nullglob
briefs=("$root"/examples/*/brief.facts "$root"/examples/*/prd.md)
[[ ${2:-} != reach ]] || briefs=("$here"/reach/*.facts)
if [[ -z $archvm && ${#briefs[@]} == 0 ]]; then
    echo "no examples yet"
    exit 0
fi
if ((${#briefs[@]} == 0)); then
    echo "there is a command but no examples/*/brief.facts"
    exit 1
fi
if [[ ! -x $archvm ]]; then
    echo "there are examples but no command to run them: '$archvm'"
    exit 1
fi

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
for brief in "${briefs[@]}"; do
    name=$(basename "$brief" .facts)
    [[ $brief == "$here"/* ]] || name=$(basename "$(dirname "$brief")")
    status=0
    "$archvm" run "$root/rules" "$brief" -o "$out/all/$name" >"$out/log" 2>&1 </dev/null || status=$?
    # A run may write notes and succeed; one that wrote nothing has failed whatever it says.
    if ((status != 0)) || [[ -z $(find "$out/all/$name" -type f -print -quit 2>/dev/null) ]]; then
        echo "FAIL run              $name: exit status $status"
        head -20 "$out/log"
        failed=$((failed + 1))
    fi
done
if [[ ! -d $out/all ]]; then
    echo "no example wrote anything"
    exit 1
fi
status=0
"$here/validate.sh" "$out/all" --quiet || status=$?
if ((failed > 0)); then exit 1; fi
echo "${#briefs[@]} briefs"
exit "$status"
