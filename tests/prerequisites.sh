#!/bin/sh
# What the tests need beside Python packages, from whatever the machine offers: a Chromium that starts,
# and as root on Debian a second PostgreSQL, a pooler, and a Redis with TLS.
set -eu
cd "$(dirname "$0")/.."

may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }
# Only programs are wanted: no server of Debian's own shall start.
no_services() {
    [ ! -e /usr/sbin/policy-rc.d ] || return 0
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod +x /usr/sbin/policy-rc.d
    trap 'rm /usr/sbin/policy-rc.d' EXIT
}
install() {
    no_services
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
has() { PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null; }

if ! .venv/bin/python -m tests.chromium >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests."
    if may_install; then install chromium-headless-shell || install chromium; else .venv/bin/playwright install chromium || true; fi
    .venv/bin/python -m tests.chromium
fi

if [ ! -d /usr/lib/postgresql ] && may_install; then
    echo "Installing a second PostgreSQL for the database tests."
    # Only its programs are wanted: no cluster of Debian's own shall start.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/aicon-desk.conf
    install postgresql || echo "It cannot be installed."
fi

# Debian names both packages like their programs.
for program in pgbouncer redis-server; do
    has $program || ! may_install || install $program || true
done
has pgbouncer || echo "Not tested through a pooler: pgbouncer is not installed."
has redis-server || echo "Not tested over TLS to Redis: redis-server is not installed."
