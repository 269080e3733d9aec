#!/usr/bin/env bash
# Installs what the validators need: Debian tools (only the missing ones) and the npm packages pinned
# in package.json, the latter into build/external (ARCHVM_EXTERNAL_CACHE overrides). Quiet and quick
# when nothing is to be done. Exit status 0: ready. 77: no validator can run here, and why. A Debian
# tool that stays missing is named; what needs it is reported as skipped. CI=true turns both into 1.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=tools/lib.sh
source "$here/../../tools/lib.sh"
cache=${ARCHVM_EXTERNAL_CACHE:-$root/build/external}
mkdir -p "$cache/npm"

absent() { # absent STATUS WORDS...
    say "${@:2}"
    [[ ${CI:-} == true ]] && exit 1
    [[ $1 == 0 ]] || exit "$1"
}

exec 9>"$cache/setup.lock"
if command -v flock >/dev/null 2>&1; then flock 9; fi

needs=(
    cmd:node=nodejs cmd:npm=npm cmd:shellcheck=shellcheck cmd:openssl=openssl
    'file:/usr/lib/postgresql/*/bin/initdb=postgresql' cmd:promtool=prometheus
    cmd:amtool=prometheus-alertmanager cmd:nginx=nginx-light cmd:protoc=protobuf-compiler
    file:/usr/include/google/protobuf/timestamp.proto=libprotobuf-dev
    'file:/usr/lib/*/libnss_wrapper.so=libnss-wrapper' cmd:docker-compose=docker-compose
)
if [[ ${ARCHVM_EXTERNAL_CHROMIUM:-0} == 1 ]]; then
    needs+=(cmd:chromium=chromium
        file:/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf=fonts-dejavu-core)
fi
PATH=$PATH:/usr/sbin
mapfile -t packages < <(missing_packages "${needs[@]}")
if ((${#packages[@]})) && can_install; then
    # One that this system does not have must not keep the others away.
    install_packages "${packages[@]}" ||
        for package in "${packages[@]}"; do install_packages "$package" || true; done
    mapfile -t packages < <(missing_packages "${needs[@]}")
fi
if ((${#packages[@]})); then absent 0 "missing, please install (Debian names): ${packages[*]}"; fi

command -v npm >/dev/null 2>&1 || absent 77 "no npm: the validators cannot run"
node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    absent 77 "Node.js $(node --version) is too old: the validators need 20.19"

want=$(cat "$here/package.json" "$here/.npmrc" | cksum)
if [[ $(cat "$cache/npm/.stamp" 2>/dev/null) != "$want" ]]; then
    say "installing the pinned npm packages into ${cache#"$root"/}/npm"
    cp "$here/package.json" "$here/.npmrc" "$cache/npm/"
    (cd "$cache/npm" && npm install --ignore-scripts --loglevel=error) >"$cache/npm.log" 2>&1 </dev/null || {
        tail -5 "$cache/npm.log" >&2
        absent 77 "npm install failed: the validators cannot run"
    }
    echo "$want" >"$cache/npm/.stamp"
fi
