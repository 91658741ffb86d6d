#!/usr/bin/env bash
# The browser tests need a Chromium, best its headless shell: found, else installed from Debian where that is possible.
set -euo pipefail

use_what_is_there() {
    local name found
    for name in "$@"; do
        if [[ -n $name ]] && found=$(command -v "$name"); then
            echo "browser: using $found"
            exit
        fi
    done
}

install() {
    echo "browser: installing Debian's $1"
    DEBIAN_FRONTEND=noninteractive apt-get install -qq --yes --no-install-recommends "$1" >/dev/null
}

use_what_is_there "${MATINEE_CHROMIUM:-}" chromium-headless-shell
if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null && apt-get update -qq; then
    install chromium-headless-shell && exit
fi
use_what_is_there chromium chromium-browser google-chrome
if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    install chromium && exit
fi
echo "The browser tests need Chromium or Chrome: please install it, or name it with MATINEE_CHROMIUM=/path/to/it." >&2
exit 1
