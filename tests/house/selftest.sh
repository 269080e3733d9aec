#!/usr/bin/env bash
# selftest.sh COMPILER: each check of house.sh passes a clean tree and fails on its own breach.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
compiler=$1
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
failed=0

fresh() { # a clean tree
    rm -rf "${tree:?}"/*
    mkdir -p "$tree/src/base" "$tree/src/vm" "$tree/src/cli" "$tree/tools" "$tree/grammar"
    echo 'int av_one(void);' >"$tree/src/base/one.h"
    printf '#include "base/one.h"\nint av_one(void) {\n    return 1;\n}\n' >"$tree/src/base/one.c"
    cp "$here/../../.clang-format" "$tree/"
    printf '#!/bin/bash\necho ok\n' >"$tree/tools/run"
    printf '# One thing\n\n[a](src/base/one.c), [b](#one-thing), [c](https://example.org/x)\n' >"$tree/page.md"
    chmod +x "$tree/tools/run"
}
archive() { # archive: libarchvm.a and libarchvm.so of the tree's sources
    rm -f "$tree/libarchvm.a"
    (cd "$tree" && "$compiler" -std=c17 -fPIC -Isrc -c src/base/*.c && mv one.o one.c.o && ar qc libarchvm.a ./*.o &&
        "$compiler" -shared -o libarchvm.so ./*.o)
}
run() { # run CHECK ARGUMENT...
    "$here/house.sh" "$1" "$tree" "${@:2}" >"$tree.log" 2>&1
}
expect() { # expect pass|fail NAME CHECK ARGUMENT...
    local want=$1 name=$2 got=pass
    run "${@:3}" || got=fail
    if [[ $got == "$want" ]]; then echo "ok - $name"; else
        echo "not ok - $name: wanted $want, got $got"
        cat "$tree.log"
        failed=1
    fi
    rm -f "$tree.log"
}
breach() { # breach NAME CHECK FILE TEXT [ARGUMENT...]: the text in the file is found
    fresh
    printf '%b\n' "$4" >>"$tree/$3"
    expect fail "$1" "$2" "${@:5}"
}

fresh
for check in includes domain words size links scripts layout; do expect pass "clean tree: $check" "$check"; done
expect pass "clean tree: headers" headers "$compiler" "$tree"
archive
for check in symbols state; do expect pass "clean tree: $check" "$check" "$tree/libarchvm.a"; done

breach "a line in another layout" layout src/base/one.c 'int  av_two( void );'
breach "an include of a later folder" includes src/base/one.c '#include "vm/run.h"'
breach "an include by cli of an inner folder" includes src/cli/main.c '#include "vm/run.h"'
breach "an include of no folder" includes src/base/one.c '#include "nowhere/x.h"'
breach "the public header inside" includes src/base/one.c '#include "archvm.h"'
breach "a header that needs another" headers src/base/one.h 'av_text av_two(void);' "$compiler" "$tree"
breach "a thing of the domain" domain src/base/one.c "/* for Redis */"
mark=TO
breach "a mark of unfinished work" words src/base/one.c "/* ${mark}DO */"
path=wor
breach "a path of one machine" words src/base/one.c "/* /${path}k/main/x */"
host=registry
breach "an address of a registry" words package.json "{\"resolved\": \"https://$host.example/x\"}"
breach "a long file" size src/base/one.c "$(seq -f '/* %g */' 1001)"
breach "a link to no file" links page.md '[x](src/base/two.c)'
breach "a link to no heading" links page.md '[x](#two-things)'
breach "a script that does not parse" scripts tools/run 'if'
# shellcheck disable=SC2016
breach "a script that shellcheck rejects" scripts tools/run 'rm -rf $1/*'
fresh
chmod -x "$tree/tools/run"
expect fail "a script that cannot run" scripts

for body in 'extern char *getenv(const char *); char *av_e(void) { return getenv("A"); }' \
    'extern void exit(int); void av_e(void) { exit(1); }' \
    'extern int puts(const char *); void av_e(void) { puts("x"); }' \
    'typedef unsigned long z; extern void *malloc(z); void *av_e(void) { return malloc(1); }'; do
    fresh
    echo "$body" >>"$tree/src/base/one.c"
    archive
    expect fail "a banned call: $body" symbols "$tree/libarchvm.a"
done
for body in 'int av_count = 3;' 'static int n; int av_n(void); int av_n(void) { return ++n; }' '_Thread_local int av_t;'; do
    fresh
    echo "$body" >>"$tree/src/base/one.c"
    archive
    expect fail "global state: $body" state "$tree/libarchvm.a"
done
fresh
archive
expect fail "an inner name exported" exports "$tree/libarchvm.so"
((failed == 0))
