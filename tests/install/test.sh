#!/usr/bin/env bash
# test.sh BUILD COMPILER: installs BUILD into an empty folder, then builds and runs a client of the
# installed library in each of the ways it is offered: pkg-config (shared and static) and CMake.
set -euo pipefail
build=$1 compiler=$2
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
prefix=$(mktemp -d)
trap 'rm -rf "$prefix"' EXIT
failed=0
no() {
    echo "not ok - $*"
    failed=1
}

cmake --install "$build" --prefix "$prefix/usr" >"$prefix/log" 2>&1 || {
    cat "$prefix/log"
    exit 1
}
installed() { # installed PATTERN: is there such a path below the prefix?
    compgen -G "$prefix/usr/$1" >/dev/null || no "not installed: $1"
}
[[ -n $(find "$prefix/usr" -name libarchvm.a) ]] || no "not installed: libarchvm.a"
[[ ! -d $root/rules ]] || installed share/archvm/rules
[[ ! -d $root/stdlib ]] || installed share/archvm/stdlib
if [[ -x $build/archvm ]]; then
    installed bin/archvm
    "$prefix/usr/bin/archvm" --version >/dev/null || no "the installed command does not run"
fi
[[ ! -d $build/man ]] || installed 'share/man/man1/archvm*.1'
library=$(dirname "$(find "$prefix/usr" -name libarchvm.so)")
[[ -L $library/libarchvm.so && -L $library/libarchvm.so.0 ]] || no "no soname link beside the shared library"
if grep -rIl -e "$root" -e "$build" "$prefix/usr" | grep -q .; then
    no "an installed file names the build folder: $(grep -rIl -e "$root" -e "$build" "$prefix/usr" | tr '\n' ' ')"
fi

if [[ -f $root/src/include/archvm.h ]]; then
    export PKG_CONFIG_PATH=$library/pkgconfig LD_LIBRARY_PATH=$library
    printf '#include <archvm.h>\nint main(void) { return 0; }\n' >"$prefix/client.c"
    read -ra flags < <(pkg-config --cflags --libs archvm)
    "$compiler" -std=c17 -Wall -Wextra -Wpedantic -Werror "$prefix/client.c" -o "$prefix/client" \
        -Wl,--no-as-needed "${flags[@]}" || no "pkg-config, shared: does not build"
    "$prefix/client" || no "pkg-config, shared: does not run"
    read -ra flags < <(pkg-config --static --cflags --libs archvm)
    "$compiler" -std=c17 "$prefix/client.c" -o "$prefix/client" -Wl,--whole-archive \
        "$library/libarchvm.a" -Wl,--no-whole-archive "${flags[@]}" || no "pkg-config, static: does not build"
    "$prefix/client" || no "pkg-config, static: does not run"

    mkdir "$prefix/project"
    cat >"$prefix/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.22)
project(client C)
find_package(archvm 0.1 REQUIRED)
foreach(library IN ITEMS archvm static)
    add_executable(client_${library} ../client.c)
    target_link_libraries(client_${library} PRIVATE archvm::${library})
endforeach()
END
    if ! { cmake -S "$prefix/project" -B "$prefix/project/build" "-DCMAKE_PREFIX_PATH=$prefix/usr" "-DCMAKE_C_COMPILER=$compiler" &&
        cmake --build "$prefix/project/build"; } >"$prefix/log" 2>&1; then
        cat "$prefix/log"
        no "find_package: does not build"
    fi
    for name in client_archvm client_static; do
        "$prefix/project/build/$name" || no "find_package: $name does not run"
    done
fi
((failed == 0)) && echo "ok - installed and used"
