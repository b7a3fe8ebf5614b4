#!/usr/bin/env bash
# Installs the real servers that the tests start for themselves (tests/Strongroom.Peers), the clients that they ask our own
# servers with (hvac, the AWS CLI, botocore), moto, a second Secrets Manager, and a terminal with three shells. Starts nothing.
set -euo pipefail

usage() {
    cat >&2 << END
usage: eng/peers.sh install   installs, where they are missing, PostgreSQL, PgBouncer, Redis, hvac, tmux, zsh, fish and
                              strace from Debian's packages, and the AWS CLI and moto from PyPI (needs root)
END
    exit 2
}

missing_packages() {
    compgen -G '/usr/lib/postgresql/*/bin/initdb' > /dev/null || echo postgresql
    [[ -x /usr/bin/redis-server ]] || echo redis-server
    [[ -x /usr/sbin/pgbouncer ]] || echo pgbouncer
    # The ahead-of-time compiler links with them.
    command -v gcc > /dev/null || echo gcc libc6-dev
    [[ -e /usr/include/zlib.h ]] || echo zlib1g-dev
    compgen -G '/usr/lib/*/libsqlite3.a' > /dev/null || echo libsqlite3-dev
    # docs/vault.md is run as it stands.
    command -v jq > /dev/null || echo jq
    command -v curl > /dev/null || echo curl
    # The command is looked at in a real terminal, and completed in the shells that it has scripts for.
    command -v tmux > /dev/null || echo tmux
    [[ -x /usr/bin/zsh ]] || echo zsh
    [[ -x /usr/bin/fish ]] || echo fish
    # Commands are killed at each of their system calls.
    [[ -x /usr/bin/strace ]] || echo strace
    # Debian's own interpreter, since the first one on the PATH may know other packages.
    /usr/bin/python3 -c 'import hvac' 2> /dev/null || echo python3-hvac
    [[ -z $(missing_wheels) ]] || python3 -m pip --version > /dev/null 2>&1 || echo python3-pip
}

# Debian's AWS CLI is older than batch reads. The first interpreter on the PATH is the one that the tests ask.
missing_wheels() {
    command -v aws > /dev/null && python3 -c 'import botocore' 2> /dev/null || echo awscli==1.45.11
    python3 -c 'import moto.server' 2> /dev/null || echo 'moto[server]==5.2.1'
}

install() {
    local missing wheels
    mapfile -t missing < <(missing_packages)
    mapfile -t wheels < <(missing_wheels)
    if ((${#missing[@]} + ${#wheels[@]} == 0)); then
        echo "peers: PostgreSQL, PgBouncer, Redis, hvac, the AWS CLI, moto, tmux, zsh, fish and strace are installed"
        return
    fi
    if ((EUID != 0)); then
        echo "peers: missing ${missing[*]} ${wheels[*]}; run 'sudo eng/peers.sh install'" >&2
        exit 1
    fi
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
    if ((${#wheels[@]} > 0)); then
        # A machine for tests: what Debian guards against is two owners of one package, and it has none of these.
        PIP_BREAK_SYSTEM_PACKAGES=1 PIP_ROOT_USER_ACTION=ignore \
            python3 -m pip install --quiet --disable-pip-version-check "${wheels[@]}"
        echo "peers: installed ${wheels[*]}"
    fi
}

install_packages() {
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
    apt-get install -y -qq --no-install-recommends "$@" > /dev/null
    echo "peers: installed $*"
}

case "${1:-}" in
    install) install ;;
    *) usage ;;
esac
