#!/bin/sh
# Apache takes secrets from its environment: from the files that the engine has mounted into it.
set -eu
# Within quotes, as signin.conf has it.
CLIENT_SECRET=$(sed 's/[\\"]/\\&/g' /run/secrets/client_secret)
PROXY_SECRET=$(cat /run/secrets/proxy_secret)
PASSPHRASE=$(head -c 32 /dev/urandom | base64 -w 0)
export CLIENT_SECRET PROXY_SECRET PASSPHRASE
exec apache2 -f /etc/signin/signin.conf -D FOREGROUND
