#!/bin/sh
# Make .venv from the first Python of at least 3.11, or say what to install.
set -eu
new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c "$new_enough" 2>/dev/null; then
        if ! "$name" -c 'import venv, ensurepip' 2>/dev/null; then
            echo "缺少 venv 模块。请先执行：apt-get install python3-venv" >&2
            exit 1
        fi
        exec "$name" -m venv .venv
    fi
done
echo "需要 Python 3.11 或更新的版本。请先执行：apt-get install python3 python3-venv" >&2
exit 1
