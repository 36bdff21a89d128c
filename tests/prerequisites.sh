#!/bin/sh
# What the tests need beside Python packages: a Chromium that starts, a second PostgreSQL, a pooler, a Redis with TLS.
# Root on Debian gets what is missing; anybody else is told it in one sentence. Only the browser tests cannot do without.
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
    echo "Installing $* for the tests."
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
has() { PATH="$PATH:/usr/sbin" command -v "$1" >/dev/null; }
starts() { .venv/bin/python -m tests.support.chromium >/dev/null 2>&1; }
lacks=""

# libatomic1 is for the program that drives it, which Playwright brings along.
if ! starts && may_install; then
    install libatomic1 chromium-headless-shell || install libatomic1 chromium || true
elif ! starts; then
    .venv/bin/playwright install chromium >/dev/null 2>&1 || true
fi
starts || lacks="$lacks libatomic1 chromium"

if [ ! -d /usr/lib/postgresql ] && may_install; then
    # Only its programs are wanted: no cluster of Debian's own shall start.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/aicon-desk.conf
    install postgresql || true
fi
[ -d /usr/lib/postgresql ] || lacks="$lacks postgresql"

# Debian names both packages like their programs.
for program in pgbouncer redis-server; do
    has $program || ! may_install || install $program || true
    has $program || lacks="$lacks $program"
done
[ -z "$lacks" ] || echo "Some tests cannot run here, for want of this; as root on Debian: apt-get install$lacks"
