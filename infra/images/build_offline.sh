#!/usr/bin/env bash
# Tries the Dockerfiles where no Docker runs and no base can be pulled: with buildah, on bases made from Debian by debootstrap and
# stored under the names that the Dockerfiles ask for. Not for deployment: Debian 12 has Python 3.11, and no AWS runtime is in it.
#   build_offline.sh [NAME...]      default: all images but tusd's, whose base has Go; imports their code in them, prints their sizes
# Needs root, buildah, debootstrap and crun or runc.
set -euo pipefail
cd "$(dirname "$0")/../.."

export BUILDAH_ISOLATION=chroot
declare -A dockerfiles=(
    [sessions]=functions/sessions [get-stream]=functions/get_stream [on-upload]=functions/on_upload [cleanup]=functions/cleanup
    [edge-access]=infra/edge_access [deployment]=infra/deployment [transcode]=functions/transcode [hooks]=infra/hooks
)
if (($# == 0)); then set -- "${!dockerfiles[@]}"; fi

base_of() { awk '/^FROM/ {print $2}' "${dockerfiles[$1]}/Dockerfile" | tail -1; }

# What a container of an image holds, in bytes.
bytes_of() {
    local container
    container=$(buildah from --pull-never "$1")
    du --summarize --bytes --one-file-system "$(buildah mount "$container")" | cut -f1
    buildah rm "$container" >/dev/null
}

# Whether the code of an image can be imported in it, by the user that it names.
starts() {
    local container module
    module=$(awk '/^CMD/ {gsub(/[\[\]",]/, " "); print /-m/ ? ($4 == "uvicorn" ? $5 : $4) : $2}' "$2/Dockerfile")
    container=$(buildah from --pull-never "$1")
    buildah run --env AWS_REGION=eu-central-1 "$container" -- python -c "import importlib, sys; importlib.import_module(sys.argv[1])" \
        "$(sed 's/:app$//; s/\.lambda_handler$//' <<<"$module")"
    buildah rm "$container" >/dev/null
}

make_base() {
    local root container
    root=$(mktemp -d)
    debootstrap --variant=minbase --include=python3,python3-pip,ca-certificates bookworm "$root" >/dev/null
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/usr/lib/python3.11/EXTERNALLY-MANAGED
    ln -s python3 "$root/usr/bin/python"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"  # a proxy's certificate, if there is one
    # A pip that pip can take away again, as in the real base.
    chroot "$root" python -m pip install --quiet --root-user-action=ignore --ignore-installed --prefix /usr/local pip
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$root" / >/dev/null
    buildah config --env LAMBDA_TASK_ROOT=/var/task --env PYTHONPATH=/var/task --workingdir /var/task "$container"
    for name in "$@"; do buildah commit --quiet "$container" "$name" >/dev/null; done
    buildah rm "$container" >/dev/null
    rm -rf "$root"
}

mapfile -t bases < <(for name in "$@"; do base_of "$name"; done | sort -u)
missing=()
for base in "${bases[@]}"; do buildah inspect --type image "$base" >/dev/null 2>&1 || missing+=("$base"); done
if ((${#missing[@]})); then make_base "${missing[@]}"; fi

for name in "$@"; do
    buildah bud --quiet --layers --pull-never --network=host --file "${dockerfiles[$name]}/Dockerfile" --tag "matinee-$name:offline" . >/dev/null
    starts "matinee-$name:offline" "${dockerfiles[$name]}"
    echo "$name: starts; $((($(bytes_of "matinee-$name:offline") - $(bytes_of "$(base_of "$name")")) / 1000000)) MB over its base"
done
