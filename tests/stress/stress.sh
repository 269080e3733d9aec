#!/usr/bin/env bash
# Runs stress.mjs with the packages that tests/external installs. Usage: stress.sh ARCHVM SOURCE_DIR
set -euo pipefail
archvm=$1
source=$2
"$source/tests/external/setup.sh"
packages=${ARCHVM_EXTERNAL_CACHE:-$source/build/external}/npm
copy=$packages/stress.mjs # an import is looked up from where the script stands
cp "$source/tests/stress/stress.mjs" "$copy"
node "$copy" "$archvm" "$source/rules" "$source/examples" "$source/tests/stress/expectations.yaml"
