#!/usr/bin/env bash
# embed.sh EMBED: the example of embedding runs and prints what its page shows.
set -euo pipefail
found=$("$1")
diff -u "${BASH_SOURCE[0]%/*}/embed.txt" - <<<"$found"
