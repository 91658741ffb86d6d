#!/bin/sh
# Deletes what installed packages bring along and no function of ours uses: botocore's descriptions of all AWS services but the
# named ones (25 MB), and pydantic's old version within the new one, which FastAPI would load at each start only to ask whether
# any model is made with it (40 ms).
#   trim_packages.sh <folder of packages> <service>...
set -eu

rm -rf "$1/pydantic/v1"
cd "$1/botocore/data"
shift
for folder in */; do
    case " $* " in
        *" ${folder%/} "*) ;;
        *) rm -r "$folder" ;;
    esac
done
for service in "$@"; do
    test -d "$service"
done
