#!/usr/bin/env bash
# Briefs, rule files and images that are cut short, and images with a byte changed: each gives an error or, where what is left
# happens to be whole, a result; never a crash, a leak or a wait.
# Usage: damage.sh ARCHVM FOLDER_OF_FUZZERS STEP
# STEP: bytes from one cut or change to the next, for files of some kilobytes; larger files take larger steps. 1 does all there are.
set -euo pipefail
archvm=$1 fuzzers=$2 step=$3
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

run() { # run FUZZER OPTION...: quiet unless it fails
    local said
    said=$("$fuzzers/fuzz_$1" "${@:2}" 2>&1) || {
        echo "fuzz_$1 ${*:2}"
        echo "$said"
        return 1
    }
    printf '%-8s %s: %s\n' "$1" "${*:2:4}" "$said"
}

"$archvm" compile src/cli/starter/rules -o "$work/starter.archc"
"$archvm" compile rules -o "$work/rules.archc"
if ((step == 1)); then
    run facts --run-every 10 --truncate 1 examples
    run parse --truncate 1 rules tests/lang tests/unit/code/every_node.arch
    run compile --truncate 1 rules src/cli/starter/rules tests/lang tests/unit/code/every_node.arch
    run image --run-every 1 --truncate 1 "$work/starter.archc"
    run image --run-every 1 --flip 1 "$work/starter.archc"
    run image --run-every 97 --truncate 1 "$work/rules.archc"
    run image --run-every 1 --flip 97 "$work/rules.archc"
else
    run facts --run-every 100 --truncate "$step" examples/prompt-card-system examples/minimal examples/stress-7-lambda-chat
    run parse --truncate "$((step * 9))" rules/data/database.arch rules/document tests/unit/code/every_node.arch
    run compile --truncate "$((step * 9))" rules/data/caching.arch tests/lang/everything.arch
    run compile --truncate "$((step * 19))" tests/unit/code/every_node.arch
    run image --run-every 1 --truncate "$((step * 9))" "$work/starter.archc"
    run image --run-every 1 --flip "$((step * 9))" "$work/starter.archc"
    run image --run-every 10 --truncate "$((step * 499))" "$work/rules.archc"
    run image --run-every 1 --flip "$((step * 4999))" "$work/rules.archc"
fi
