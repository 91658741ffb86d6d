#!/usr/bin/env bash
# Puts AWS's emulator of Lambda's runtime interface into .matinee/bin, built from the versions pinned here: the tests run the functions in it.
set -euo pipefail
cd "$(dirname "$0")"

echo "lambda emulator: building"
mkdir -p ../../.matinee/bin
../local/with_go.sh go build -trimpath -ldflags "-s -w" -o ../../.matinee/bin/aws-lambda-rie \
    github.com/aws/aws-lambda-runtime-interface-emulator/cmd/aws-lambda-rie
