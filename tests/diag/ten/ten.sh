#!/usr/bin/env bash
# A rules folder with ten mistakes: ten errors, each with its place, exit status 3, and nothing is written.
# Usage: ten.sh ARCHVM
set -euo pipefail
archvm=$1
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "$1"
    cat "$work/err"
    exit 1
}

echo "team_size: Solo" > "$work/brief.facts"
for command in "check rules" "run rules $work/brief.facts -o $work/out"; do
    status=0
    # shellcheck disable=SC2086 # a command and its arguments
    "$archvm" $command > "$work/out.txt" 2> "$work/err" || status=$?
    [ "$status" -eq 3 ] || fail "archvm $command: exit status $status, not 3"
    [ ! -s "$work/out.txt" ] || fail "archvm $command: wrote to the standard output"
    [ ! -e "$work/out" ] || fail "archvm $command: wrote files"
    count=$(grep -cE '^rules/[a-z]+\.arch:[0-9]+:[0-9]+: error: .* \[E[0-9]{4}\]$' "$work/err") || true
    [ "$count" -eq 10 ] || fail "archvm $command: $count errors, not 10"
done
