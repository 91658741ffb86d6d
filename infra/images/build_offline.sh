#!/usr/bin/env bash
# Tries the Dockerfiles where no Docker runs and no base can be pulled: with buildah, on bases made from Debian by debootstrap and
# stored under the names that the Dockerfiles ask for. Not for deployment: Debian 12 has Python 3.11.
#   build_offline.sh [NAME...]      default: all images; begins to run each, prints their sizes
#   build_offline.sh --context      prints what stands for the files that images are made of; each image bears it as a label
# Needs root, buildah, debootstrap and crun or runc.
set -euo pipefail
cd "$(dirname "$0")/../.."

export BUILDAH_ISOLATION=chroot
declare -A dockerfiles=(
    [sessions]=functions/sessions [get-stream]=functions/get_stream [on-upload]=functions/on_upload [on-job]=functions/on_job
    [cleanup]=functions/cleanup [edge-access]=infra/edge_access [deployment]=infra/deployment
    [transcode]=functions/transcode [hooks]=infra/hooks [tusd]=infra/tusd
)
context=$(git ls-files -z functions layers infra ':!infra/local' | xargs -0 sha256sum | sha256sum | cut -c1-16)
if [[ ${1:-} == --context ]]; then
    echo "$context"
    exit
fi
if (($# == 0)); then set -- "${!dockerfiles[@]}"; fi

debian=matinee-debian:offline

is_there() { buildah inspect --type image "$1" >/dev/null 2>&1; }
bases_of() { awk '/^FROM/ {print $2}' "${dockerfiles[$1]}/Dockerfile"; }

# What a container of an image holds, in bytes.
bytes_of() {
    local container
    container=$(buildah from --pull-never "$1")
    du --summarize --bytes --one-file-system "$(buildah mount "$container")" | cut -f1
    buildah rm "$container" >/dev/null
}

# What a registry would hold of it, in bytes.
compressed_bytes_of() {
    local folder
    folder=$(mktemp -d)
    buildah push --quiet "$1" "oci:$folder" >/dev/null
    du --summarize --bytes "$folder" | cut -f1
    rm -rf "$folder"
}

# Whether the code of an image can be imported in it, or its program run, by the user that it names.
starts() {
    local container module
    module=$(awk '/^CMD/ {gsub(/[\[\]",]/, " "); print /-m/ ? ($4 == "uvicorn" ? $5 : $4) : $2}' "$2/Dockerfile")
    container=$(buildah from --pull-never "$1")
    if [[ $module == serve ]]; then
        buildah run "$container" -- tusd -version >/dev/null
    else
        buildah run --env AWS_REGION=eu-central-1 "$container" -- \
            python -c "import importlib, sys; importlib.import_module(sys.argv[1])" "$(sed 's/:app$//; s/\.lambda_handler$//' <<<"$module")"
    fi
    buildah rm "$container" >/dev/null
}

# Debian with Python, from which the bases are made.
make_debian() {
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
    buildah commit --quiet "$container" "$debian" >/dev/null
    buildah rm "$container" >/dev/null
    rm -rf "$root"
}

make_base() {
    local container install=(python -m pip install --quiet --root-user-action=ignore)
    is_there "$debian" || make_debian
    container=$(buildah from --pull-never "$debian")
    case $1 in
        */lambda/*)  # the client of Lambda's runtime interface is in AWS's base
            buildah run "$container" -- "${install[@]}" --target /var/runtime "$(grep -o '^awslambdaric==[0-9.]*' requirements-dev.txt)"
            buildah config --env LAMBDA_TASK_ROOT=/var/task --env PYTHONPATH=/var/task:/var/runtime --workingdir /var/task "$container"
            ;;
        */golang:*)
            buildah copy --quiet "$container" infra/local/go-requirements.txt /tmp/ >/dev/null
            buildah run "$container" -- "${install[@]}" --require-hashes -r /tmp/go-requirements.txt
            ;;
    esac
    buildah commit --quiet "$container" "$1" >/dev/null
    buildah rm "$container" >/dev/null
}

mapfile -t bases < <(for name in "$@"; do bases_of "$name"; done | sort -u)
for base in "${bases[@]}"; do is_there "$base" || make_base "$base"; done

megabyte=1000000
for name in "$@"; do
    image=matinee-$name:offline
    buildah bud --quiet --layers --format docker --pull-never --network=host \
        --file "${dockerfiles[$name]}/Dockerfile" --label "matinee.context=$context" --tag "$image" . >/dev/null
    starts "$image" "${dockerfiles[$name]}"
    over_base=$(($(bytes_of "$image") - $(bytes_of "$(bases_of "$name" | tail -1)")))
    echo "$name: starts; $((over_base / megabyte)) MB over its base, $(($(compressed_bytes_of "$image") / megabyte)) MB in all, compressed"
done
