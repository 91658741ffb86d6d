#!/bin/sh
# Deletes botocore's descriptions of all AWS services but the named ones: 25 MB that no function of ours reads.
#   keep_services.sh <folder of packages> <service>...
set -eu

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
