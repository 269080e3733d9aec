#!/usr/bin/env bash
# Runs score.mjs with the packages that tests/external installs. Usage: score.sh ARCHVM SOURCE_DIR [--misses] [--held-out]
set -euo pipefail
archvm=$1
source=$2
shift 2
"$source/tests/external/setup.sh"
packages=${ARCHVM_EXTERNAL_CACHE:-$source/build/external}/npm
copy=$packages/score.mjs # an import is looked up from where the script stands
cp "$source/tests/intake/score.mjs" "$copy"
node "$copy" "$archvm" "$source/rules" "$source/tests/intake/corpus" "$@"
