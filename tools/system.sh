#!/bin/sh
# What the tests need from the system: Chromium, a Chinese font, PostgreSQL with PostGIS. Installed when root, else said.
set -eu
missing=""
have_chromium() { command -v chromium >/dev/null 2>&1 || command -v chromium-browser >/dev/null 2>&1; }
have_font() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh-cn)" ]; }
have_postgis() {
    ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 &&
        ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1
}
have_chromium || missing="$missing chromium"
have_font || missing="$missing fontconfig fonts-noto-cjk"
have_postgis || missing="$missing postgresql postgresql-postgis"
[ -n "$missing" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "测试还缺系统软件。请先执行：sudo apt-get install$missing" >&2
    exit 1
fi
echo "安装测试需要的系统软件：$missing" >&2
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing
