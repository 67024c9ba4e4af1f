#!/bin/sh
# Runs a bench binary beside Debian's PostgreSQL: with-postgres.sh BINARY [rows]. Needs the package postgresql, and root
# (the server itself runs as the user postgres, on a socket in a directory of its own, without TCP).
set -eu
bin=$1
rows=${2:-100000}
pg=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
dir=$(mktemp -d)
chown postgres "$dir"
runuser -u postgres -- "$pg/initdb" -D "$dir/data" -A trust -E UTF8 --locale=C >/dev/null
runuser -u postgres -- "$pg/pg_ctl" -D "$dir/data" -w -l "$dir/log" \
    -o "-k $dir -c listen_addresses= -c shared_buffers=4GB -c fsync=off -c max_wal_size=8GB -c autovacuum=off" start >/dev/null
trap 'runuser -u postgres -- "$pg/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null; rm -rf "$dir"' EXIT
"$bin" "$rows" "host=$dir user=postgres dbname=postgres"
