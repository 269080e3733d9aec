#!/usr/bin/env bash
# The shipped rules compile with no error and no warning. Usage: check.sh ARCHVM SOURCE_DIR
set -euo pipefail
cd "$2"
out=$("$1" check rules 2>&1) || { echo "$out"; exit 1; }
echo "$out"
grep -q ' 0 errors, 0 warnings ' <<<"$out"
