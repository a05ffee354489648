#!/bin/sh
# One backup at the start, then one a night at 02:30 UTC: the database, and the files that people stored. What was not
# written to its end keeps a name in .partial; `whole` has the time of the last backup that was. Restoring:
# docs/dev/operations.md.
set -u

backup() {
    name=/backups/koprogo-$(date -u +%Y%m%d-%H%M)
    pg_dump --format=custom --file="$name.dump.partial" && mv "$name.dump.partial" "$name.dump" || return 1
    if [ -d /data/files ]; then
        tar --create --gzip --file="$name.files.partial" --directory=/data files
        [ $? -le 1 ] || return 1 # 1: people stored or removed a file meanwhile
        mv "$name.files.partial" "$name.files.tar.gz" || return 1
    fi
    touch /backups/whole || return 1
    find /backups -maxdepth 1 -name 'koprogo-*' -mtime "+$KEEP_DAYS" -delete
}

while true; do
    if backup; then result=written; else result="failed: the next one is tried tomorrow"; fi
    echo "$(date -u +%FT%TZ) backup $name $result"
    now=$(date -u +%s)
    next=$(date -u -d '02:30' +%s)
    [ "$next" -gt "$now" ] || next=$((next + 86400))
    sleep $((next - now))
done
