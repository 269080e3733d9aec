#!/usr/bin/env bash
# The validators' own test: all of samples/good passes, every row of samples/expect.tsv (file, kind,
# pattern of the message) fails as it says, and no other file of samples/bad fails.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export ARCHVM_EXTERNAL_CACHE=${ARCHVM_EXTERNAL_CACHE:-$here/../../build/external}
status=0
"$here/setup.sh" || status=$?
((status == 0)) || exit "$status"
scratch=$(mktemp -d "$ARCHVM_EXTERNAL_CACHE/selftest-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
passed=0 failed=0
ok() { passed=$((passed + 1)) && echo "ok - $1"; }
no() { failed=$((failed + 1)) && echo "not ok - $1"; }

# Marks that no file of this project may hold are written here, not kept.
cp -r "$here/samples/bad" "$scratch/bad"
mark=TO
printf '# Marks\n\n%sDO write this.\n' "$mark" >"$scratch/bad/markdown/unfinished.md"

if "$here/validate.sh" "$here/samples/good" --json "$scratch/good.json" >"$scratch/good.log" 2>&1; then
    ok "good samples pass: $(tail -1 "$scratch/good.log")"
else
    no "good samples pass"
    grep '^FAIL' "$scratch/good.log" || tail -5 "$scratch/good.log"
fi
status=0
"$here/validate.sh" "$scratch/bad" --json "$scratch/bad.json" >"$scratch/bad.log" 2>&1 || status=$?
if ((status == 1)); then ok "bad samples exit 1"; else
    no "bad samples exit 1, not $status"
    tail -5 "$scratch/bad.log"
fi
status=0
"$here/validate.sh" "$scratch/no-such-folder" >/dev/null 2>&1 || status=$?
if ((status == 2)); then ok "a missing folder exits 2"; else no "a missing folder exits 2, not $status"; fi

status=0
node "$here/lib/expect.mjs" "$scratch/bad.json" "$here/samples/expect.tsv" >"$scratch/rows.log" || status=$?
grep -E '^not ok| # SKIP ' "$scratch/rows.log" || true
read -r _ rows_passed rows_failed < <(grep '^COUNT' "$scratch/rows.log" || echo COUNT 0 1)
passed=$((passed + rows_passed)) failed=$((failed + rows_failed))
echo "$passed passed, $failed failed"
((failed == 0 && status == 0))
