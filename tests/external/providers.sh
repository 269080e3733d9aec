#!/usr/bin/env bash
# providers.sh OUTDIR...: writes config/providers/*.json, what the Terraform providers say of the resources and data sources that
# the .tf files below the OUTDIRs use (and nothing of the thousand others). The schemas come out of the npm packages that
# config/providers/packages.json pins, some 120 MB, which is why what is kept is the extract. Run it when a rule uses a resource
# for the first time (validate.sh says so), or to move to a later version of a provider.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if (($# == 0)); then
    echo "usage: providers.sh OUTDIR..." >&2
    exit 2
fi
export ARCHVM_EXTERNAL_CACHE=${ARCHVM_EXTERNAL_CACHE:-$here/../../build/external}
"$here/setup.sh"
cache=$ARCHVM_EXTERNAL_CACHE/providers
mkdir -p "$cache"
cp "$here/config/providers/packages.json" "$cache/package.json"
(cd "$cache" && npm install --ignore-scripts --legacy-peer-deps --loglevel=error >&2)
node --no-warnings "$here/lib/providers.mjs" "$cache/node_modules" "$here/config/providers" "$@"
