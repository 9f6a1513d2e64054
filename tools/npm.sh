#!/bin/sh
# npm, from the system or else with the Node that tools/node.sh fetches.
set -eu
if ! command -v npm >/dev/null 2>&1; then
    echo "没有找到 npm。" >&2
    sh tools/node.sh
    PATH="$PWD/.setup-node/bin:$PATH"
    export PATH
fi
# Node keeps its own list of certificates: behind a company proxy it needs the ones pip already trusts.
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ]; then
    certificates="${SSL_CERT_FILE:-${PIP_CERT:-${REQUESTS_CA_BUNDLE:-}}}"
    if [ -n "$certificates" ]; then
        NODE_EXTRA_CA_CERTS="$certificates"
        export NODE_EXTRA_CA_CERTS
    fi
fi
exec npm "$@"
