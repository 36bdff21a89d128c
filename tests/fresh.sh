#!/bin/sh
# The last commit on a bare Debian 12 (debootstrap's minbase with make, git, python3 and python3-venv), in a directory
# of its own that goes at the end: `make demo` and TARGET (test) as an ordinary user with nothing but Python, then as root.
set -eu
cd "$(dirname "$0")/.."
target="${TARGET:-test}"
[ "$(id -u)" = 0 ] || { echo "A bare Debian is made by root: sudo make fresh."; exit 1; }
command -v debootstrap >/dev/null || { echo "debootstrap makes the bare Debian: apt-get install debootstrap."; exit 1; }
mirror="${MIRROR:-$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)}"

bare="$(mktemp -d /var/tmp/desk-fresh.XXXXXX)"
chmod 755 "$bare"
mounts="proc dev/shm dev/pts"
remove() {
    for at in $mounts; do umount "$bare/$at" 2>/dev/null || umount -l "$bare/$at" 2>/dev/null || true; done
    rm -rf --one-file-system "$bare"
}
trap remove EXIT
trap 'exit 1' INT TERM

echo "Making a bare Debian in $bare."
debootstrap --variant=minbase --include=make,git,python3,python3-venv bookworm "$bare" "$mirror" >"$bare.log" ||
    { tail -n 20 "$bare.log"; exit 1; }
rm "$bare.log"
mount -t proc proc "$bare/proc"
mkdir -p "$bare/dev/shm" "$bare/dev/pts"
mount -t tmpfs tmpfs "$bare/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$bare/dev/pts"
# This machine's way to the outside: names, authorities, and what apt, pip and npm were told.
for path in /etc/resolv.conf /etc/hosts /etc/ssl/certs/ca-certificates.crt /etc/apt/apt.conf.d /etc/apt/auth.conf.d \
    /etc/pip.conf /etc/xdg/pip /etc/npmrc; do
    [ ! -e "$path" ] || { mkdir -p "$bare$(dirname "$path")"; cp -rL "$path" "$bare$(dirname "$path")"; }
done
outside="$(env | grep -iE '^(pip|npm_config|pyright_python|playwright)_|^(node_extra_ca_certs|ssl_cert_(file|dir))=|_proxy=' || true)"

# As somebody, in a clone of their own: $1 is who, the rest a command.
as() {
    who="$1"
    shift
    printf '%s\n' "$outside" | sed "s/'/'\\\\''/g; s/=\(.*\)/='\1'/; /./s/^/export /" >"$bare/outside"
    home="$(awk -F: -v who="$who" '$1 == who { print $6 }' "$bare/etc/passwd")"
    chroot --userspec="$who:$who" "$bare" /usr/bin/env -i HOME="$home" USER="$who" \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
        sh -c ". /outside && cd ~/desk && $*"
}
chroot "$bare" useradd --create-home --shell /bin/sh desk
for who in desk root; do
    home="$(awk -F: -v who="$who" '$1 == who { print $6 }' "$bare/etc/passwd")"
    for file in .npmrc .config/pip; do
        [ ! -e "$HOME/$file" ] || { mkdir -p "$bare$home/$(dirname "$file")"; cp -rL "$HOME/$file" "$bare$home/$file"; }
    done
    git clone --quiet --no-local . "$bare$home/desk"
    chroot "$bare" chown -R "$who:$who" "$home"
done

# `make demo` until it answers, then Ctrl-C.
cat >"$bare/demo" <<'END'
set -eu
PORT="${PORT:-8599}" DEMO_SCALE=small make demo >demo.log 2>&1 &
until python3 -c "from urllib.request import urlopen; urlopen('http://localhost:${PORT:-8599}/healthz')" 2>/dev/null; do
    kill -0 $! 2>/dev/null || { cat demo.log; exit 1; }
    sleep 1
done
kill $!
wait $! || true
tail -n 2 demo.log
END
for who in desk root; do
    echo "As $who: make demo."
    as $who sh /demo
    echo "As $who: make $target."
    as $who "make $target && echo All of it passed." 2>&1 | tee "$bare/said"
    # Whoever may not install a browser is told so, once everything else has passed.
    tail -n 1 "$bare/said" | grep -q '^All of it passed' ||
        { [ $who = desk ] && tail -n 30 "$bare/said" | grep '^The browser tests cannot run here'; } || exit 1
done
