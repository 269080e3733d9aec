#!/usr/bin/env bash
# validate.sh OUTDIR [OPTION...]: see README.md.
# Exit status 0: every artefact passed. 1: at least one failed. 2: usage, or nothing found.
# 77: the validators cannot run here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export ARCHVM_EXTERNAL_CACHE=${ARCHVM_EXTERNAL_CACHE:-$here/../../build/external}
[[ " $* " != *" --render "* ]] || export ARCHVM_EXTERNAL_CHROMIUM=1
"$here/setup.sh"
PATH=$PATH:/usr/sbin
# The driver runs from beside node_modules so that plain imports resolve; each run has its own copy.
driver=$(mktemp -d "$ARCHVM_EXTERNAL_CACHE/npm/driver-XXXXXX")
trap 'rm -rf "$driver"' EXIT
cp -r "$here/lib" "$here/config" "$driver/"
status=0
node --no-warnings "$driver/lib/main.mjs" "$@" || status=$?
exit "$status"
