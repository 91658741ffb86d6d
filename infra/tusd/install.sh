#!/usr/bin/env bash
# Puts tusd into .matinee/bin: an installed one of the right version, else built from the versions pinned here.
set -euo pipefail
cd "$(dirname "$0")"

target=../../.matinee/bin/tusd
version=$(awk '$2 == "github.com/tus/tusd/v2" {print $3}' go.mod)
mkdir -p "$(dirname "$target")"

if [[ -n ${MATINEE_TUSD:-} ]]; then
    echo "tusd: using MATINEE_TUSD ($MATINEE_TUSD)"
    exit
fi
if installed=$(command -v tusd) && "$installed" -version | grep -qx "Version: $version"; then
    echo "tusd: using $installed"
    ln -sf "$installed" "$target"
    exit
fi

echo "tusd: building $version"
# What tusd answers to -version is set at build time; without it the next set-up could not recognize its own build.
../local/with_go.sh go build -trimpath -ldflags "-s -w -X github.com/tus/tusd/v2/cmd/tusd/cli.VersionName=$version" \
    -o "$target" github.com/tus/tusd/v2/cmd/tusd
