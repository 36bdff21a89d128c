#!/bin/sh
# What the tests need beside Python packages, from whatever the machine offers: a Chromium that starts,
# and as root on Debian a second PostgreSQL.
set -eu
cd "$(dirname "$0")/.."

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
install() {
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

if ! .venv/bin/python -m tests.chromium >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests."
    if may_install; then install chromium; else .venv/bin/playwright install chromium || true; fi
    .venv/bin/python -m tests.chromium
fi

if [ ! -d /usr/lib/postgresql ] && may_install; then
    echo "Installing a second PostgreSQL for the database tests."
    # Only its programs are wanted: no cluster of Debian's own shall start.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/aicon-desk.conf
    install postgresql || echo "It cannot be installed."
fi
