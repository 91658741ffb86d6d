#!/usr/bin/env bash
# Writes every hashed requirements file: one for development, one for each image, one for LocalStack's own environment.
set -euo pipefail
cd "$(dirname "$0")/../.."

compile=(.venv/bin/uv pip compile --generate-hashes --universal --python-version 3.11 --quiet --no-header)

"${compile[@]}" pyproject.toml --group dev -o requirements-dev.txt
for function in on-upload on-job get-stream sessions cleanup transcode; do
    "${compile[@]}" pyproject.toml -c requirements-dev.txt --group "$function" -o "functions/${function//-/_}/requirements.txt"
done
"${compile[@]}" pyproject.toml -c requirements-dev.txt --group ffmpeg -o layers/ffmpeg/requirements.txt

# What its packages ask for contradicts itself, so the list is complete and nothing is resolved.
"${compile[@]}" infra/local/localstack-requirements.in --no-deps --no-annotate -o infra/local/localstack-requirements.txt

# What the engine is measured against, in an environment of its own.
"${compile[@]}" tests/bench/shaka-requirements.in --no-annotate -o tests/bench/shaka-requirements.txt

# The Go toolchain for what is built in Go, where the machine has none.
"${compile[@]}" infra/local/go-requirements.in --no-annotate -o infra/local/go-requirements.txt

# The tools that check the deployment, each in an environment of its own, and the images that only the deployment needs.
for tools in aws-tools checkov; do
    "${compile[@]}" infra/$tools-requirements.in --no-annotate -o infra/$tools-requirements.txt
done
for image in deployment edge_access hooks; do
    "${compile[@]}" infra/$image/requirements.in -c requirements-dev.txt --no-annotate -o infra/$image/requirements.txt
done
