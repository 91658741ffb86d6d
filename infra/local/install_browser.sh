#!/usr/bin/env bash
# The browser tests need a Chromium: one that is there is used, else Debian's is installed where that is possible.
set -euo pipefail

for name in "${MATINEE_CHROMIUM:-}" chromium chromium-browser google-chrome; do
    if [[ -n $name ]] && found=$(command -v "$name"); then
        echo "browser: using $found"
        exit
    fi
done
if [[ $(id -u) -eq 0 ]] && command -v apt-get >/dev/null; then
    echo "browser: installing Debian's chromium"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends chromium >/dev/null
    exit
fi
echo "The browser tests need Chromium or Chrome: please install it, or name it with MATINEE_CHROMIUM=/path/to/it." >&2
exit 1
