#!/usr/bin/env bash
# Puts the built pages (frontend/dist) where CloudFront finds them.
#   publish.sh [stack]           the main stack's name, `matinee` unless given
set -euo pipefail
cd "$(dirname "$0")/../.."

stack=${1:-matinee}
output() {
    aws cloudformation describe-stacks --stack-name "$stack" --output text \
        --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"
}

bucket=s3://$(output FrontendBucket)
# Names below assets/ carry a hash of their content; everything else is asked for anew. The page goes last, for it names the others,
# and what it no longer names stays for those who still have it open.
aws s3 sync frontend/dist/assets "$bucket/assets" --cache-control 'public, max-age=31536000, immutable'
aws s3 sync frontend/dist "$bucket" --exclude 'assets/*' --exclude index.html --cache-control no-cache
aws s3 cp frontend/dist/index.html "$bucket/index.html" --cache-control no-cache
output Url
