#!/usr/bin/env bash
# Installs the real servers that the tests start for themselves (tests/Strongroom.Peers), and hvac, a client of Vault that they
# ask ours with. Starts nothing.
set -euo pipefail

usage() {
    echo "usage: eng/peers.sh install   installs PostgreSQL, Redis and hvac from Debian's packages, where they are missing (needs root)" >&2
    exit 2
}

missing_packages() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || echo postgresql
    [[ -x /usr/bin/redis-server ]] || echo redis-server
    # Debian's own interpreter, since the first one on the PATH may know other packages.
    /usr/bin/python3 -c 'import hvac' 2> /dev/null || echo python3-hvac
}

install() {
    local missing
    mapfile -t missing < <(missing_packages)
    if ((${#missing[@]} == 0)); then
        echo "peers: PostgreSQL, Redis and hvac are installed"
        return
    fi
    if ((EUID != 0)); then
        echo "peers: missing ${missing[*]}; run 'sudo eng/peers.sh install'" >&2
        exit 1
    fi

    # The tests start their own servers. A policy that refuses starts keeps Debian's default ones from coming up beside them;
    # it stays away where the machine has one already.
    local policy=/usr/sbin/policy-rc.d
    if [[ ! -e $policy ]]; then
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' > "$policy"
        chmod 755 "$policy"
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
    echo "peers: installed ${missing[*]}"
}

case "${1:-}" in
    install) install ;;
    *) usage ;;
esac
