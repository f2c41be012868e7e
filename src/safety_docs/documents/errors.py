"""What can be wrong with a template, with the values for it, or with a file that is read.

Codes: T001-T009 a file that cannot be read as a Word or Excel package; T1xx findings of the lint
(`documents.lint`); T3xx findings while one document is rendered; T4xx photos.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from safety_docs.core.errors import ProblemsError, SafetyDocsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from safety_docs.core.problem import Problem


class PackageError(SafetyDocsError):
    """A file is not a package that can be read safely.

    Attributes:
        name: File name as the user knows it.
        reason: What is wrong, half a Chinese sentence.
    """

    code: ClassVar[str] = "T001"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}”{reason}")
        self.name = name
        self.reason = reason


PROBLEMS = {
    "T101": "标签没有写完，或只有一半",
    "T102": "标签用了全角的括号、百分号或空格",
    "T103": "循环或条件没有开头或没有结束，或交叉",
    "T104": "段落标签、行标签旁边还有文字，会丢失",
    "T105": "段落、行、格的标签放错了地方",
    "T106": "标签的字母前多了空格，或后面少了空格",
    "T107": "没有这个字段或格式",
    "T108": "标签里用了中文标点",
    "T109": "不允许的写法，或太大、太长",
    "T110": "表单有这个字段，模板里没有用到（提醒）",
    "T111": "标签带“-”会把两段并成一段（提醒）",
    "T112": "页眉页脚里有个人信息（提醒）",
    "T113": "字体没有指定中文字体（提醒）",
    "T114": "循环里用了自动编号（提醒）",
    "T115": "文本框里有标签（提醒）",
    "T120": "标签的写法看不懂",
    "T121": "这种模板里不能这样写",
    "T130": "工作簿文字稿 sheets.toml 有误",
    "T131": "工作簿模板里有公式",
    "T132": "工作簿模板太大",
    "T301": "模板要用的字段没有填写，或类型不对",
    "T302": "有文件存不了的字符",
    "T303": "填的内容与标签的格式对不上，或太长印不下",
    "T304": "不是文字、数字、日期、清单或照片",
    "T305": "照片不能用",
    "T306": "填好的内容不成文档",
    "T330": "模板里没有地方印页码二维码",
}
"""Code of a problem in a template or in what is filled into it, and what it means."""


class TemplateError(ProblemsError):
    """A template has errors and was not compiled; `problems` holds every finding of the lint."""

    code: ClassVar[str] = "T100"

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(problems, f"模板“{name}”有 {len(problems)} 处问题，没有使用：")
        self.name = name


class RenderError(ProblemsError):
    """One document could not be made; `problems` names the fields and quotes the paragraphs."""

    code: ClassVar[str] = "T300"

    def __init__(self, name: str, problems: Sequence[Problem]) -> None:
        super().__init__(problems, f"“{name}”没有生成，发现 {len(problems)} 处问题：")
        self.name = name


class PhotoError(SafetyDocsError):
    """A photo cannot be put into a document.

    Attributes:
        name: File name of the photo.
        reason: What is wrong and what to do, half a Chinese sentence.
    """

    code: ClassVar[str] = "T401"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"照片“{name}”{reason}")
        self.name = name
        self.reason = reason


class UnpackableError(SafetyDocsError):
    """A filed document cannot be merged with others into one print pack.

    Attributes:
        name: File name of the document.
        reason: What is in the way, half a Chinese sentence.
    """

    code: ClassVar[str] = "A170"

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"“{name}”不能合进打印册：{reason}。请打开归档的文件单独打印。")
        self.name = name
        self.reason = reason


class PackFullError(SafetyDocsError):
    """More letters than one .docx can hold.

    Attributes:
        copies: At which copy it was full.
    """

    code: ClassVar[str] = "A171"

    def __init__(self, copies: int) -> None:
        super().__init__(
            f"一册打印册放不下这么多份（到第 {copies} 份就满了），请用 --by 分册打印。"
        )
        self.copies = copies


class OfficeError(SafetyDocsError):
    """LibreOffice did not make a PDF.

    Attributes:
        seconds: How long it was waited for; 0 if it failed by itself.
    """

    code: ClassVar[str] = "A172"

    def __init__(self, seconds: float = 0.0) -> None:
        why = f"等了 {seconds:.0f} 秒也没有做完" if seconds else "没有做成"
        super().__init__(f"LibreOffice {why} PDF。请用 Word 或 WPS 打开 .docx 打印。")
        self.seconds = seconds


class PackPagesError(SafetyDocsError):
    """A PDF is not what was to be printed; it is thrown away.

    Attributes:
        copy: Which copy, from 1, does not begin on the front of a sheet; 0 if none can be read.
    """

    code: ClassVar[str] = "A173"

    def __init__(self, copy: int = 0) -> None:
        what = f"第 {copy} 份没有从正面开始" if copy else "打不开"
        super().__init__(f"PDF 不对（{what}），没有保存。请用 Word 或 WPS 打开 .docx 打印。")
        self.copy = copy
