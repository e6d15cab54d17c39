"""Is the port free? Asked before anything else is started, by `make run` even before anything is installed."""

import errno
import os
import socket
import sys


def trouble(host: str, port: int) -> str:
    """Return why the port cannot be used, in both languages, or nothing."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            return _words(host, port, getattr(error, "errno", None))
    return ""


def _words(host: str, port: int, code: "int | None") -> str:
    if code == errno.EADDRINUSE:
        return (
            f"Port {port} is already in use. Choose another one: make run PORT={port + 1}\n"
            f"ポート {port} は使用中です。別の番号を指定してください: make run PORT={port + 1}"
        )
    if code == errno.EACCES:
        return f"Port {port} needs more rights. Choose one above 1023.\nポート {port} を使う権限がありません。1024 以上を指定してください。"
    return f"{host}:{port} cannot be used as an address. Check HOST and PORT.\n{host}:{port} は使用できません。HOST と PORT を確認してください。"


if __name__ == "__main__":
    said = os.environ.get("PORT", "8000")
    found = trouble(os.environ.get("HOST", "127.0.0.1"), int(said)) if said.isdigit() else f"PORT={said}: not a number / 数字ではありません"
    if found:
        sys.stderr.write(f"{found}\n")
        sys.exit(2)
