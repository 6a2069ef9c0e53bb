#!/usr/bin/env bash
# What the test of the containers needs: an engine, the base image that bentos/*.Dockerfile name, and the
# image of PostgreSQL that bentos/compose.yaml names.
#   engine.sh        (run again it changes nothing)
# The engine is the one that answers, else Podman by apt. The images are the registry's. Where no registry
# of images can be reached, as on a machine of CI that has PyPI and Debian's packages alone, stand-ins take
# their names: the same Debian, Python and PostgreSQL, made of Debian's packages, larger than the originals.
# They are for tests; who ships images builds them where the registry answers.
set -euo pipefail
cd "$(dirname "$0")/../.."

BASE_IMAGE=$(awk '/^FROM/ {print $2; exit}' bentos/proxy.Dockerfile)
DATABASE_IMAGE=$(awk '/^ *image: .*\/postgres:/ {print $2; exit}' bentos/compose.yaml)
RELEASE=bookworm # the Debian that has Python 3.11
PULL_SECONDS=300

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

install() { as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends "$@" >/dev/null; }

# One that answers, and can compose.
find_engine() {
  for engine in docker podman nerdctl; do
    compose=("$engine" compose)
    [ "$engine" = podman ] && compose=(podman-compose)
    if timeout 20 "$engine" info >/dev/null 2>&1 && "${compose[@]}" version >/dev/null 2>&1; then echo "$engine" && return; fi
  done
  return 1
}

# `import` reads a root file system, which it takes as one layer.
make_base_image() {
  local engine=$1 certificates=/etc/ssl/certs/ca-certificates.crt
  command -v debootstrap >/dev/null || install debootstrap debian-archive-keyring
  root=$(mktemp --directory /var/tmp/base-image.XXXXXX)
  trap 'as_root rm -rf "$root"' EXIT
  # The containers' users pass through what becomes their root.
  chmod 755 "$root"
  as_root debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates "$RELEASE" "$root" >/dev/null
  # As in the original: `python`, into which pip installs.
  as_root ln -s python3 "$root/usr/bin/python"
  as_root rm -f "$root"/usr/lib/python3*/EXTERNALLY-MANAGED
  as_root rm -rf "$root"/var/cache/apt/*.bin "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  # A machine behind a proxy of its own believes its certificate; so must what is installed inside.
  as_root cp -L "$certificates" "$root$certificates"
  as_root tar -C "$root" -c . | "$engine" import --change 'CMD ["python3"]' --change "ENV SSL_CERT_FILE=$certificates" \
    --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$BASE_IMAGE" >/dev/null
}

make_database_image() {
  "$1" build --quiet --build-arg "BASE_IMAGE=$BASE_IMAGE" --tag "$DATABASE_IMAGE" tests/containers/postgres >/dev/null
}

# The registry's, if it answers in time.
has_image() {
  "$1" image inspect "$2" >/dev/null 2>&1 || timeout "$PULL_SECONDS" "$1" pull "$2" >/dev/null 2>&1
}

# An engine may answer and yet run nothing: where the kernel forbids it, or a container in which all of
# this runs. Told here, and not after the images are built. What is asked for is what the compose file asks for.
prove() {
  local engine=$1 network=engine-proof-$$ proven=0
  "$engine" network create "$network" >/dev/null &&
    "$engine" run --rm --network "$network" --publish 127.0.0.1::8080 --read-only --tmpfs /tmp --cap-drop ALL \
      --security-opt no-new-privileges --memory 256m "$BASE_IMAGE" python3 -c "import os; os.listdir('/tmp')" && proven=1
  "$engine" network rm "$network" >/dev/null 2>&1 || true
  [ "$proven" = 1 ] && return
  cat >&2 <<TEXT
✗ container engine: $engine answers, but cannot run a container on this machine; it says why above. It needs to make
  namespaces, mounts and bridges (CAP_SYS_ADMIN, CAP_NET_ADMIN), cgroups with the controller of memory, and iptables.
  Inside another container: start that one with --privileged. Nothing is skipped for want of it.
TEXT
  return 1
}

if ! engine=$(find_engine); then
  command -v apt-get >/dev/null || { echo "✗ container engine: install and start Docker, Podman or nerdctl." >&2; exit 1; }
  echo "▶ Podman for the test of the containers …"
  install podman podman-compose runc netavark aardvark-dns iptables buildah ca-certificates
  engine=$(find_engine) || { podman info >&2; podman-compose version >&2; exit 1; }
fi
if ! has_image "$engine" "$BASE_IMAGE"; then
  echo "▶ no registry of images: a base image of Debian's packages …"
  make_base_image "$engine"
fi
prove "$engine"
if ! has_image "$engine" "$DATABASE_IMAGE"; then
  echo "▶ no registry of images: PostgreSQL of Debian's package …"
  make_database_image "$engine"
fi
echo "✓ $engine"
