#!/bin/sh
# Runs a command with the settings of a sound production: `check --deploy` must be silent then.
set -e
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
env -u DEBUG -u DEMO -u DATABASE_URL -u SECRET_KEY DATA_DIR="$folder" BASE_URL=https://setten.example.com EMAIL_URL=smtp+tls://u:p@mail.example.com:587 "$@"
