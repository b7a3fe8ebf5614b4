#!/usr/bin/env bash
# Builds the command into artifacts/strongroom, unless the one that is there was made from the very same sources: ahead-of-time
# compilation takes minutes. 'eng/strongroom.sh sources' only prints the sources' hash.
set -euo pipefail
cd "$(dirname "$0")/.."

sources() {
    {
        find src -type f \( -name '*.cs' -o -name '*.csproj' -o -name '*.sql' -o -name '*.props' -o -name '*.targets' \
            -o -name 'packages.lock.json' -o -path '*/Native/*' \) -print0
        printf '%s\0' Directory.Build.props Directory.Packages.props global.json eng/strongroom.sh
    } | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}

hash=$(sources)
[ "${1:-}" = sources ] && { echo "$hash"; exit; }
if [ ! -x artifacts/strongroom ] || [ "$(cat artifacts/strongroom.sources 2>/dev/null)" != "$hash" ]; then
    # SQLite is linked in, and NuGet has no library for that.
    linker=$(command -v clang || command -v gcc) || { echo "strongroom: no compiler to link with; install gcc" >&2; exit 1; }
    [ -e "$("$linker" -print-file-name=libsqlite3.a)" ] || {
        echo "strongroom: SQLite's static library, libsqlite3.a, is missing;" \
            "install libsqlite3-dev (Debian, Ubuntu) or sqlite-static (Alpine)" >&2
        exit 1
    }
    echo "Compiling the command ahead of time; this takes about 3 minutes, longer on a busy machine." >&2
    dotnet publish src/Strongroom.Cli --configuration Release --nologo --verbosity quiet
    install -D -m 755 artifacts/publish/Strongroom.Cli/release/Strongroom.Cli artifacts/strongroom
    echo "$hash" > artifacts/strongroom.sources
fi
ls -l artifacts/strongroom
