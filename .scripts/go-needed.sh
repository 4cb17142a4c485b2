#!/bin/sh
# Says plainly what to do when there is no Go; go.mod's version is fetched by Go itself.
command -v go >/dev/null && exit 0
echo "没有找到 Go：请从 https://go.dev/dl/ 安装 Go 1.21 或更新的版本（更新的工具链会自动下载），再运行一次。" >&2
exit 1
