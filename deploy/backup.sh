#!/bin/sh
# One backup at the start, then one a night at 02:30 UTC: the database, and the files that people stored. A file that was
# not written to its end keeps the name .partial. Restoring: docs/dev/operations.md.
set -eu

backup() {
    name=/backups/koprogo-$(date -u +%Y%m%d-%H%M)
    pg_dump --format=custom --file="$name.dump.partial"
    mv "$name.dump.partial" "$name.dump"
    if [ -d /data/files ]; then
        tar --create --gzip --file="$name.files.partial" --directory=/data files
        mv "$name.files.partial" "$name.files.tar.gz"
    fi
    find /backups -maxdepth 1 -name 'koprogo-*' -mtime "+$KEEP_DAYS" -delete
    echo "$(date -u +%FT%TZ) $name"
}

while true; do
    backup || echo "$(date -u +%FT%TZ) the backup failed; the next one is tried tomorrow" >&2
    now=$(date -u +%s)
    next=$(date -u -d '02:30' +%s)
    [ "$next" -gt "$now" ] || next=$((next + 86400))
    sleep $((next - now))
done
