#!/bin/sh
# What the tests need from the system: Chromium, a Chinese font, PostgreSQL with PostGIS. Installed when root, else said.
# And what makes them faster where it is to be had: Chromium without windows.
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
may_install() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; }
install() { DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"; }
if [ -n "$missing" ]; then
    if ! may_install; then
        echo "测试还缺系统软件。请先执行：sudo apt-get install$missing" >&2
        exit 1
    fi
    echo "安装测试需要的系统软件：$missing" >&2
    apt-get update -q
    install $missing
fi
if may_install && ! command -v chromium-headless-shell >/dev/null 2>&1; then
    { timeout 60 apt-get update -q && install chromium chromium-headless-shell; } >/dev/null 2>&1 ||
        echo "没有装上不带窗口的 Chromium，测试照常，只是慢一些。" >&2
fi
