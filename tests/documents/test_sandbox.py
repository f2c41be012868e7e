"""Templates cannot reach anything but their values, wherever the payload stands."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from safety_docs.documents import RenderError, TemplateError, compile_template

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate

CANARY = "canary"
_RUN = f"open('{CANARY}','w')"
PAYLOADS = [
    "{{ cycler.__init__.__globals__.os.popen('touch canary').read() }}",
    "{{ joiner.__init__.__globals__ }}",
    "{{ namespace.__init__.__globals__ }}",
    "{{ lipsum.__globals__['os'].popen('touch canary') }}",
    "{{ self.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ ''|attr('__class__') }}",
    "{{ 甲.__class__ }}",
    "{{ 甲['__class__'] }}",
    "{{ 甲['__cl' ~ 'ass__'] }}",
    "{{ 甲|attr('upper') }}",
    "{{ [].__class__.__base__ }}",
    "{{ {}.__class__ }}",
    "{{ ().__class__.__bases__[0] }}",
    "{{ 甲.format(甲) }}",
    "{{ '{0.__class__}'.format(甲) }}",
    "{{ '{0.__class__}'|format(甲) }}",
    "{{ '%s'|format(甲) }}",
    "{{ 甲.format_map({}) }}",
    "{{ 甲.upper() }}",
    "{{ 名单.append('x') }}",
    "{{ 名单.clear() }}",
    "{{ 名单.pop() }}",
    "{{ 表.update({'x': 1}) }}",
    "{{ 表.clear() }}",
    "{{ 甲() }}",
    "{{ range.__class__ }}",
    "{{ dict(a=1) }}",
    "{{ lipsum() }}",
    "{{ cycler('a') }}",
    "{{ joiner() }}",
    "{{ namespace(a=1) }}",
    "{{ loop.cycle.__func__ }}",
    "{{ get_flashed_messages.__globals__ }}",
    "{{ url_for.__globals__ }}",
    "{{ config.items() }}",
    "{{ request.application.__globals__ }}",
    "{{ 甲|safe }}",
    "{{ 甲|map('attr', '__class__')|list }}",
    "{{ 名单|map('safe')|list }}",
    "{{ 名单|map(attribute='__class__')|list }}",
    "{{ 名单|groupby('__class__') }}",
    "{{ 名单|sort(attribute='__class__') }}",
    "{{ 名单|selectattr('__class__')|list }}",
    "{{ 甲|xmlattr }}",
    "{{ 甲|urlize }}",
    "{{ 甲|pprint }}",
    "{{ 甲|tojson }}",
    "{{ 甲|filesizeformat }}",
    "{{ 甲|indent(10**9) }}",
    "{{ 甲|center(1000000000) }}",
    "{{ 'a' * 10**9 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 1000000000 * 'a' }}",
    "{{ [0] * 1000000000 }}",
    "{{ 10 ** 10 ** 10 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 甲|batch(1000000000, 'x')|list }}",
    "{{ 甲|round(1000000000) }}",
    "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
    "{% set a = 'x' ~ 甲 %}",
    "{% set a = [甲, 甲] %}",
    "{% set ns.a = 1 %}",
    "{% import 'os' as os %}",
    "{% from 'x' import y %}",
    "{% include 'x' %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'x' %}",
    "{% macro f() %}x{% endmacro %}",
    "{% call f() %}x{% endcall %}",
    "{% block b %}x{% endblock %}",
    "{% filter upper %}x{% endfilter %}",
    "{% with a = 1 %}x{% endwith %}",
    "{% raw %}x{% endraw %}",
    "{% autoescape false %}{{ 甲 }}{% endautoescape %}",
    "{% do 甲.clear() %}",
    "{% debug %}",
    "{% trans %}x{% endtrans %}",
    "{% for a in ().__class__.__base__.__subclasses__() %}x{% endfor %}",
    "{% if 甲.__class__ %}x{% endif %}",
    "{{ 甲 if 甲.__class__ else '' }}",
    "{{ 甲[0].__class__ }}",
    "{{ " + "(" * 300 + "甲" + ")" * 300 + " }}",
    "{{ " + "甲 ~ " * 600 + "甲 }}",
    "{{ 甲|replace('', 'aaaaaaaaaa')" + "|replace('a','" + "a" * 100 + "')" * 6 + " }}",
    "{{ _lines(甲) }}",
    "{{ _run(甲) }}",
    "{{ 甲|_fill }}",
]
PLACES = ["body", "table", "header", "footer", "title"]
VALUES = {"甲": "文字", "名单": ["一", "二"], "表": {"键": "值"}}


def _template(make_template: MakeTemplate, payload: str, place: str) -> Path:
    if place == "body":
        return make_template(payload)
    if place == "table":
        return make_template([[payload]])
    return make_template("文", **{place: payload})


@pytest.mark.parametrize("place", PLACES)
def test_every_payload_is_refused_wherever_it_stands(
    make_template: MakeTemplate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    passed = []
    for payload in PAYLOADS:
        if place == "title" and len(payload) > 255:
            continue  # python-docx refuses to write such a title
        path = _template(make_template, payload, place)
        try:
            compile_template(path).render(VALUES)
        except (TemplateError, RenderError):
            continue
        passed.append(payload)
    assert passed == []
    assert not (tmp_path / CANARY).exists()
    assert VALUES == {"甲": "文字", "名单": ["一", "二"], "表": {"键": "值"}}


@pytest.mark.parametrize("payload", ["{{ cycler.__init__.__globals__ }}{%- if 甲 %}{% endif %}"])
def test_the_slow_path_refuses_the_same(make_template: MakeTemplate, payload: str) -> None:
    with pytest.raises(TemplateError):
        compile_template(make_template(payload))


def test_nested_ranges_share_one_budget(make_template: MakeTemplate) -> None:
    inner = "{% for b in range(1000) %}x{% endfor %}"
    path = make_template(f"{{% for a in range(1000) %}}{inner}{{% endfor %}}")
    with pytest.raises(RenderError, match="循环次数"):
        compile_template(path).render({})


def test_honest_arithmetic_still_works(make_template: MakeTemplate) -> None:
    path = make_template(
        "{{ 2 * 3 + 4 % 3 - 1 }}{{ 甲 ~ '·' }}{% for a in range(3) %}{{ a }}{% endfor %}"
    )
    rendered = compile_template(path).render_parts({"甲": "乙"})
    assert "6乙·012" in rendered.parts["word/document.xml"].decode()


def test_a_recursive_template_does_not_take_the_thread_down(make_template: MakeTemplate) -> None:
    path = make_template("{{ " + "[" * 900 + "]" * 900 + " }}")
    caught: list[BaseException] = []

    def work() -> None:
        try:
            compile_template(path)
        except TemplateError as error:
            caught.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert len(caught) == 1
