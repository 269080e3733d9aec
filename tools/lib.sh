# shellcheck shell=bash disable=SC2034
# Shared by tools/archvm and tools/test: find what is missing, install it, build a preset.
# Sourced by bash with `set -euo pipefail`; nothing here writes to standard output.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
tool=${0##*/}
readonly root tool
# Set-up that fails ends with the command's own status for I/O and internal errors.
readonly STATUS_SETUP=5

# What is probed for, and the Debian package that brings it. cmd: a program; lib: a pkg-config name.
readonly BUILD_NEEDS=(
    cmd:cc=gcc cmd:cmake=cmake cmd:ninja=ninja-build cmd:pkg-config=pkg-config
    cmd:re2c=re2c cmd:lemon=lemon
    lib:yaml-0.1=libyaml-dev lib:libxxhash=libxxhash-dev lib:libutf8proc=libutf8proc-dev
    lib:jansson=libjansson-dev lib:md4c=libmd4c-dev
    file:/usr/include/libstemmer.h=libstemmer-dev
)
# The tests look at the tree through git and awk, and compare with other compilers and tools.
readonly TEST_NEEDS=(
    lib:cmocka=libcmocka-dev lib:libcmark-gfm=libcmark-gfm-dev
    "file:/usr/lib/*/libcmark-gfm-extensions.so=libcmark-gfm-extensions-dev"
    cmd:clang=clang cmd:gcc=gcc "cmd:g++=g++" cmd:shellcheck=shellcheck cmd:git=git
    cmd:awk=mawk cmd:clang-format=clang-format
)

say() { echo "$tool: $*" >&2; }
die() {
    say "$@"
    exit "$STATUS_SETUP"
}

have() { # have PROBE: is it on this machine?
    case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null 2>&1 ;;
    lib:*) pkg-config --exists "${1#lib:}" 2>/dev/null ;;
    file:*) compgen -G "${1#file:}" >/dev/null ;;
    esac
}

missing_packages() { # missing_packages PROBE=PACKAGE...: the packages whose probe fails, a line each
    local need
    for need in "$@"; do
        have "${need%%=*}" || echo "${need#*=}"
    done | sort -u
}

can_install() { # is this a system whose packages we know, and may we install them?
    command -v apt-get >/dev/null 2>&1 && { ((EUID == 0)) || command -v sudo >/dev/null 2>&1; }
}

install_packages() { # install_packages PACKAGE...: by apt-get, starting no service; its output to a log
    local log=$root/build/apt.log sudo=()
    mkdir -p "$root/build"
    ((EUID == 0)) || sudo=(sudo)
    say "installing $*"
    # RUNLEVEL=1 keeps the packages' services from being started.
    local apt=("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
        apt-get -o DPkg::Lock::Timeout=300 -qq)
    if ! { "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends "$@"; } \
        >"$log" 2>&1 </dev/null; then
        tail -20 "$log" >&2
        return 1
    fi
}

ensure_packages() { # ensure_packages PROBE=PACKAGE...: installs what is missing, or says what it is
    local packages
    mapfile -t packages < <(missing_packages "$@")
    ((${#packages[@]})) || return 0
    can_install || die "needs these packages (Debian names), please install them: ${packages[*]}"
    install_packages "${packages[@]}" || die "could not install: ${packages[*]}"
}

lock() { # lock NAME: holds build/NAME.lock on descriptor 9 until this shell (or a subshell) ends
    mkdir -p "$root/build"
    exec 9>"$root/build/$1.lock"
    if command -v flock >/dev/null 2>&1; then flock 9; fi
}

# build_preset PRESET [CMAKE_OPTION...] [-- TARGET...]: configures when needed, then builds, with the
# output in build/PRESET.log. Fails with the telling lines of the log on standard error. One at a
# time builds in a folder; the subshell's end lets the next one in.
build_preset() (
    preset=$1 options=() targets=()
    shift
    while (($#)); do
        if [[ $1 == -- ]]; then
            shift
            targets=(--target "$@")
            break
        fi
        options+=("$1")
        shift
    done
    lock "build-$preset"
    folder=$root/build/$preset log=$root/build/$preset.log
    # A build folder made for another place (a moved or copied clone) cannot be used.
    if [[ -f $folder/CMakeCache.txt ]] &&
        ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
        rm -rf "$folder"
    fi
    if [[ ! -f $folder/build.ninja || ${#options[@]} -gt 0 ]]; then
        (cd "$root" && cmake --preset "$preset" "${options[@]}") >"$log" 2>&1 </dev/null || {
            tail -20 "$log" >&2
            exit 1
        }
    fi
    cmake --build "$folder" "${targets[@]}" >"$log" 2>&1 </dev/null || {
        grep -E -A6 '(error:|warning:|undefined reference|multiple definition|CMake Error)' "$log" | head -60 >&2
        say "the build failed; all of it is in ${log#"$root"/}"
        exit 1
    }
)
