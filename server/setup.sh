# Sourced by server/demo, tests/run and .ci/run: installs what server/packages.txt lists, and builds a preset.
# Needs root or sudo only where a package is missing.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '\n== %s\n' "$*"; }
die() {
    printf 'error: %s\n' "$*" >&2
    exit 1
}

# install_packages WORD...: the packages whose line in packages.txt begins with one of the words.
install_packages() {
    local word missing=() package purpose program
    for word in "$@"; do
        while read -r purpose package program; do
            [ "$purpose" = "$word" ] || continue
            [ -n "$program" ] && command -v "$program" >/dev/null && continue
            [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
        done <"$root/server/packages.txt"
    done
    [ ${#missing[@]} -eq 0 ] && return
    say "installing ${missing[*]}"
    local sudo=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || die "these Debian packages are missing, and installing them needs root or sudo: ${missing[*]}"
        sudo=(sudo)
    fi
    "${sudo[@]}" apt-get update -q || die "apt-get update failed: are Debian's package sources reachable?"
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}" ||
        die "apt-get could not install: ${missing[*]}"
}

# build PRESET [TARGET...]: into build/PRESET.
build() {
    local preset=$1
    shift
    say "building $preset"
    (cd "$root" && cmake --preset "$preset" >"build-$preset.log" 2>&1 || { cat "build-$preset.log"; exit 1; }
        rm -f "build-$preset.log"
        if [ $# -gt 0 ]; then cmake --build --preset "$preset" --target "$@"; else cmake --build --preset "$preset"; fi) ||
        die "the $preset build failed"
}
