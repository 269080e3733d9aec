#!/usr/bin/env bash
# rows.sh ARCHVM: what the emitted database refuses and lets through. The migration of each example named like a file of
# rows/ is applied to a real PostgreSQL, and the statements of that file run as a role without privileges of its own.
# Exit status 77: there is no PostgreSQL here.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
archvm=${1:?usage: rows.sh ARCHVM}
"$here/setup.sh"
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failed=0
for script in "$here"/rows/*.sql; do
    example=$(basename "$script" .sql)
    "$archvm" run "$root/rules" "$root/examples/$example/brief.facts" -o "$out/$example" >/dev/null 2>&1
    status=0
    node "$here/lib/rows.mjs" "$out/$example/migrations" "$script" || status=$?
    ((status != 77)) || exit 77
    ((status == 0)) || failed=1
done
exit "$failed"
