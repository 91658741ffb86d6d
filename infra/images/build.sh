#!/usr/bin/env bash
# Builds the images, prints their sizes, and fails when one outgrows its budget.
#   build.sh                     all of them, tagged with the commit
#   build.sh push                also pushes those that run on Fargate to this account's registry (matinee-images must be deployed)
# DOCKER names another engine with docker's commands (podman); VERSION another tag.
set -euo pipefail
cd "$(dirname "$0")/../.."

docker=${DOCKER:-docker}
version=${VERSION:-$(git describe --always --dirty --abbrev=12)}
lambda_base=$(awk '/^FROM/ {print $2; exit}' functions/sessions/Dockerfile)
megabyte=1000000

# Name, Dockerfile, budget in MB, and what that counts from. Lambda keeps its base images at hand, so only what we add is fetched;
# Fargate fetches every byte, but compressed: the worker's 350 MB are those of its layers as the registry holds them.
images="
sessions    functions/sessions     250  over-base
get-stream  functions/get_stream   250  over-base
on-upload   functions/on_upload    250  over-base
on-job      functions/on_job       250  over-base
cleanup     functions/cleanup      250  over-base
edge-access infra/edge_access      250  over-base
deployment  infra/deployment       250  over-base
transcode   functions/transcode    350  compressed
hooks       infra/hooks            150  compressed
tusd        infra/tusd             100  compressed
"

size_of() { "$docker" image inspect --format '{{.Size}}' "$1"; }
compressed_size_of() { "$docker" save "$1" | gzip -1 | wc -c; }

failed=0
printf '%-11s %9s %10s\n' image MB budget
while read -r name folder budget counting; do
    [[ -n $name ]] || continue
    image=matinee-$name:$version
    "$docker" build --quiet --platform linux/amd64 --file "$folder/Dockerfile" --tag "$image" . >/dev/null
    case $counting in
        over-base) bytes=$(($(size_of "$image") - $(size_of "$lambda_base"))) ;;
        compressed) bytes=$(compressed_size_of "$image") ;;
    esac
    printf '%-11s %9d %10d %s\n' "$name" $((bytes / megabyte)) "$budget" "$counting"
    if ((bytes > budget * megabyte)); then
        echo "$name is over its budget" >&2
        failed=1
    fi
done <<<"$images"
((failed == 0))

if [[ ${1:-} == push ]]; then
    account=$(aws sts get-caller-identity --query Account --output text)
    region=${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region)}}
    registry=$account.dkr.ecr.$region.amazonaws.com
    aws ecr get-login-password | "$docker" login --username AWS --password-stdin "$registry"
    for name in transcode hooks tusd; do
        # A tag is given once and for all; what an interrupted run has pushed is not to stop the next one.
        if aws ecr describe-images --repository-name "matinee-$name" --image-ids "imageTag=$version" >/dev/null 2>&1; then
            echo "matinee-$name:$version is there already" >&2
            continue
        fi
        "$docker" tag "matinee-$name:$version" "$registry/matinee-$name:$version"
        "$docker" push --quiet "$registry/matinee-$name:$version"
    done
fi
echo "Version=$version"
