"""The one place where errors become sentences, exit codes and JSON."""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING, Any

import click

from safety_docs.cli.output import print_json
from safety_docs.cli.speech import usage_sentence
from safety_docs.core.errors import ProblemsError, SafetyDocsError

if TYPE_CHECKING:
    from safety_docs.core.problem import Problem

USAGE_EXIT = 2
INTERRUPTED_EXIT = 130

_SYSTEM_SENTENCES = {
    errno.ENOSPC: "磁盘满了，请清出空间后再试",
    errno.EROFS: "磁盘是只读的，无法写入，请换一个可以写的位置",
    errno.ENAMETOOLONG: "文件名或路径太长，请改短后再试",
    errno.EACCES: "没有权限读写",
    errno.EPERM: "没有权限读写",
    errno.ENOENT: "找不到文件或文件夹",
    errno.EISDIR: "这是一个文件夹，需要的是文件",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EIO: "磁盘读写出错，请检查磁盘",
}


def report(error: BaseException, *, as_json: bool) -> int:
    """Print a user's error and give its exit code.

    Raises:
        BaseException: `error` itself, when it is a bug and not a user's error.
    """
    if isinstance(error, SafetyDocsError):
        return _print(error.code, error.message, error.exit_status, as_json=as_json, error=error)
    if isinstance(error, click.UsageError):
        hint = f"\n用 {error.ctx.command_path} --help 看用法。" if error.ctx else ""
        sentence = usage_sentence(error) + ("" if as_json else hint)
        return _print("C001", sentence, USAGE_EXIT, as_json=as_json)
    if isinstance(error, (click.Abort, KeyboardInterrupt)):
        return _print(
            "C002",
            "已中断。已经归档的都完整，没做完的没有留下半份；再运行一次同样的命令就接着做，不会重复。",
            INTERRUPTED_EXIT,
            as_json=as_json,
        )
    if isinstance(error, OSError) and error.errno in _SYSTEM_SENTENCES:
        place = f"“{error.filename}”：" if error.filename else ""
        return _print("C003", f"{place}{_SYSTEM_SENTENCES[error.errno]}。", 1, as_json=as_json)
    raise error


def _print(
    code: str,
    message: str,
    exit_status: int,
    *,
    as_json: bool,
    error: SafetyDocsError | None = None,
) -> int:
    if as_json:
        value: dict[str, Any] = {"code": code, "message": message}
        if isinstance(error, ProblemsError):
            value["problems"] = [problem_json(problem) for problem in error.problems]
        print_json(value, to_stderr=True)
    else:
        click.echo(f"错误 {code}：{message}", err=True)
    return exit_status


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem as `batch --json` lists it."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "problem": problem.message,
        "value": problem.value,
        "code": problem.code,
    }
