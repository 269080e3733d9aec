#!/usr/bin/env bash
# pages.sh: markdownlint over the project's own pages. Exit status 77: it cannot run here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
"$here/setup.sh"
cache=${ARCHVM_EXTERNAL_CACHE:-$root/build/external}
cd "$root"
node "$here/lib/pages.mjs" "$cache/npm" "$here/config/markdownlint.yaml" \
    README.md CHANGELOG.md src/README.md tests/external/README.md docs/*.md
