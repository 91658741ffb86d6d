#!/bin/sh
# Starts tusd in its container. It takes options from its command line only, so the environment is put in here.
#   MATINEE_BUCKET, HOOK_SECRET (shared with the hook server on port 8000 of the same task)
#   serve [OPTION...]            further options of tusd, which take the place of those here
set -eu

# There is no -max-size: the pre-create hook refuses at the limit, with our problem document, where tusd would answer in plain text.
# Behind one origin there are no cross-origin requests: without CORS headers, browsers refuse those of other sites.
# The start-up log holds the hooks' address and thereby the secret, so it is off. tusd also logs every request with the address of
# its upload, and whoever knows the last part of that may write there: those lines are taken out on their way, and that part is
# covered in all others. tusd itself stays process 1.
log=${TMPDIR:-/tmp}/log
rm -f "$log"
mkfifo "$log"
awk '!/level=INFO/ { gsub(/\+[A-Za-z0-9_.-]+/, "+…"); print; fflush() }' <"$log" &
exec tusd \
    -host=0.0.0.0 -port=1080 -base-path=/files/ -behind-proxy=true \
    -disable-cors=true -disable-download=true -disable-concatenation=true \
    -s3-bucket="${MATINEE_BUCKET}" -s3-object-prefix=uploads/ -s3-part-size=16777216 \
    -hooks-http="http://tusd:${HOOK_SECRET}@127.0.0.1:8000/hooks/tusd" \
    -hooks-enabled-events=pre-create,post-create,post-finish,pre-terminate,post-terminate \
    -hooks-http-retry=3 \
    -show-startup-logs=false -show-greeting=false -expose-metrics=false -verbose=false \
    -shutdown-timeout=100s "$@" >"$log" 2>&1
