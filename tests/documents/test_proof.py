"""The proof made when a template is compiled, against what a parser says of real renderings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

import docx
import pytest
from docx.oxml import OxmlElement
from docxtpl import RichText
from hypothesis import example, given, settings
from hypothesis import strategies as st

from safety_docs.documents import RenderError, compile_template
from safety_docs.documents.missing import RenderLog, current
from safety_docs.documents.press import fill, make_press
from safety_docs.documents.proof import why_unproven
from safety_docs.documents.render import FastEngine
from safety_docs.forms import load_form

if TYPE_CHECKING:
    from tests.documents.conftest import MakeTemplate, Reader

    from safety_docs.documents import CompiledTemplate

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
PRESS = make_press({})


def prove(body: str, attributes: str = "") -> str:
    return why_unproven(PRESS.parse(f'{HEAD}<d xmlns:w="urn:w"{attributes}>{body}</d>'))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "甲{{ 乙 }}&amp;<w:p a='{{ 乙 }}' w:a=\"甲{{ 乙 }}\"/>",
        "{% if 甲 %}<p>{{ 乙 }}</p>{% elif 乙 %}丙{% else %}<p/><p/>{% endif %}",
        "{% for 人 in 甲 %}<p>{% if 人 %}<w:r/>{% endif %}{{ 人 }}</p>{% else %}无{% endfor %}",
        "{% set 丙 = 甲 %}{{ 丙 }}",
        "<v xmlns='urn:v' xmlns:x='urn:x'>{% if 甲 %}<x:a/><b/>{% endif %}</v>",
        "<v xmlns:w='urn:v'><u/></v>{% if 甲 %}<w:a/>{% endif %}",
        "“]]”]]{{ 甲 }}&gt;",
        "<p>{% for 人 in 甲 %}{{ 人 }}</p><p a=''>次{% endfor %}</p>",
        "<p><q>{% if 甲 %}</q>{{ 甲 }}<q>{% if 乙 %}</q></p><p><q>{% endif %}{% endif %}</q></p>",
        "<p xml:space='preserve'>{% if 甲 %}<q xml:space='preserve'/>{% endif %}</p>",
    ],
)
def test_a_template_whose_branches_are_balanced_is_proved(body: str) -> None:
    assert prove(body) == ""


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("{% if 甲 %}<p>{% endif %}</p>", "mismatched tag"),
        ("{% if 甲 %}<p>{% else %}<q>{% endif %}</p>", "mismatched tag"),
        ("<p>{% for 人 in 甲 %}</p><q>{% endfor %}</p>", "mismatched tag"),
        ("<p>{% if 甲 %}</p><p xmlns:x='urn:x'>{% endif %}</p>", "other elements"),
        ("<p>{% if 甲 %}</p></d><d><p>{% endif %}</p>", "junk after document element"),
        ("<p>{% for 人 in 甲 %}</p>{% else %}</p>{% endfor %}", "mismatched tag"),
        ("{% if 甲 %}</d><d xmlns:w='urn:w'>{% endif %}", "junk after document element"),
        ("{% if 甲 %}{% if 乙 %}<p>{% endif %}{% endif %}", "no element found|mismatched"),
        ("<p{{ 甲 }}/>", "not well-formed"),
        ("<{{ 甲 }}/>", "not well-formed"),
        ("<p {{ 甲 }}='1'/>", "not well-formed"),
        ("<p a={{ 甲 }}/>", "not well-formed"),
        ("<p{% if 甲 %} a='1'{% endif %}/>", "not well-formed"),
        ("<p a='{% if 甲 %}1{% endif %}'/>", "attribute value"),
        ("<p xmlns:x='{{ 甲 }}'/>", "namespace"),
        ("&{{ 甲 }};", "not well-formed"),
        ("&am{{ 甲 }};", "not well-formed"),
        ("&#{{ 甲 }};", "not well-formed"),
        ("&nbsp;", "undefined entity"),
        ("]]{{ 甲 }}>", "bare >"),
        ("{% if 甲 %}]]{% endif %}{% if 甲 %}>{% endif %}", "bare >"),
        ("<!-- {{ 甲 }} -->", "comment"),
        ("<![CDATA[{{ 甲 }}]]>", "comment"),
        ("<?go {{ 甲 }}?>", "comment"),
        ("<x:p/>", "unbound prefix"),
        ("<v xmlns:x='urn:x'/>{% if 甲 %}<x:p/>{% endif %}", "unbound prefix"),
        ("<v xmlns:x='urn:w'>{% if 甲 %}<p x:a='' w:a=''/>{% endif %}</v>", "duplicate attribute"),
        ("{% filter upper %}{{ 甲 }}{% endfilter %}", "another kind"),
        ("\ufdd0", "placeholder"),
    ],
)
def test_a_template_that_could_break_is_recognised(body: str, reason: str) -> None:
    assert any(part in prove(body) for part in reason.split("|")), prove(body)


def test_only_a_whole_document_in_utf_8_is_proved() -> None:
    assert "UTF-8" in why_unproven(PRESS.parse("<d/>"))
    assert "UTF-8" in why_unproven(PRESS.parse('<?xml version="1.0" encoding="GBK"?><d/>'))
    assert "not well-formed" in why_unproven(PRESS.parse(f"{HEAD}<d/>{{{{ 甲 }}}}"))
    assert "not well-formed" in why_unproven(PRESS.parse(f"{HEAD}{{% if 甲 %}}<d/>{{% endif %}}"))


VALUES = st.one_of(
    st.text(alphabet="<>&\"']amp;/ -!?[{}%#x甲", max_size=8),
    st.text(max_size=8),
    st.integers(),
    st.booleans(),
    st.none(),
)
PIECES = st.sampled_from(
    ["甲", "{{ 值 }}", "]]", "&gt;", " ", "<w:br/>", "<p a='{{ 值 }}'/>", '<p w:a="x{{ 值 }}"/>']
)
FRAGMENTS = st.sampled_from(
    ["<p>", "</p>", "<w:q>", "</w:q>", ">", "<", "&", "]]>", "'", "<!--", "-->", "</d>", "<d>"]
)


def nested(content: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Content put into elements, conditions and loops."""
    two = st.tuples(content, content)
    return st.one_of(
        content.map("<w:p>{}</w:p>".format),
        content.map("<v xmlns:x='urn:v'><x:r>{}</x:r></v>".format),
        content.map("{{% for 值 in 单 %}}{}{{% endfor %}}".format),
        two.map(lambda pair: "{{% if 真 %}}{}{{% else %}}{}{{% endif %}}".format(*pair)),
        two.map(lambda pair: "{{% if 假 %}}{}{{% elif 真 %}}{}{{% endif %}}".format(*pair)),
        st.lists(content, max_size=4).map("".join),
    )


CONTENT = st.recursive(PIECES, nested, max_leaves=12)
ANYTHING = st.recursive(PIECES | FRAGMENTS, nested, max_leaves=12)


def renderings(body: str, values: list[Any]) -> list[bytes]:
    """All that a body prints for values without forbidden characters, as documents."""
    template = PRESS.from_string(f'{HEAD}<d xmlns:w="urn:w">{body}</d>')
    made = []
    for choice in ({"真": True, "假": False}, {"真": False, "假": True}):
        for rows in ([], values):
            log = RenderLog()
            token = current.set(log)
            made.append(fill(template, {"值": values[0], "单": rows, **choice}))
            current.reset(token)
            assert not log.doubts
            if log.is_forbidden:
                return []
    return made


def parses(data: bytes) -> bool:
    try:
        expat.ParserCreate(namespace_separator=" ").Parse(data, True)  # noqa: FBT003
    except expat.ExpatError:
        return False
    return True


@given(CONTENT, st.lists(VALUES, min_size=1, max_size=3))
@settings(max_examples=300, deadline=None)
def test_balanced_templates_are_proved_and_every_rendering_parses(
    body: str, values: list[Any]
) -> None:
    assert prove(body) == ""
    assert all(map(parses, renderings(body, values)))


@given(ANYTHING, st.lists(VALUES, min_size=1, max_size=3))
@example("{% if 真 %}<p>{% endif %}</p>", ["]]>"])
@example("]]{{ 值 }}>", [""])
@example("<p>{% for 值 in 单 %}</p><p>{% endfor %}</p>", ["甲", "乙"])
@settings(max_examples=500, deadline=None)
def test_whatever_is_proved_parses_whichever_way_the_conditions_go(
    body: str, values: list[Any]
) -> None:
    if prove(body) == "":
        assert all(map(parses, renderings(body, values)))


def is_proved(template: CompiledTemplate) -> bool:
    engines = [template._engine, template._coded]
    return all(
        part.is_proved
        for engine in engines
        if isinstance(engine, FastEngine)
        for part in engine.parts
    )


FORMS = Path(__file__).parents[2] / "templates" / "forms"
BUILT = sorted(FORMS.rglob("template.docx"))


@pytest.mark.parametrize("path", BUILT, ids=lambda path: path.parent.name)
def test_every_template_of_the_library_is_proved(path: Path) -> None:
    template = compile_template(path, page_codes=load_form(path.parent).page_codes)
    assert not template.slow
    assert is_proved(template)


def test_a_condition_may_go_from_one_paragraph_into_the_next(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    template = compile_template(make_template("{% for 条 in 单 %}{{ 条 }}", "次{% endfor %}终"))
    assert is_proved(template)
    assert read.paragraphs(template.render({"单": ["甲", "乙"]})) == ["甲", "次乙", "次终"]


def test_a_condition_that_leaves_a_hyperlink_is_parsed_instead(
    make_template: MakeTemplate,
) -> None:
    path = make_template("{% if 甲 %}一")
    document = docx.Document(str(path))
    paragraph = document.paragraphs[0]
    link = OxmlElement("w:hyperlink")
    link.append(paragraph.runs[0]._r)
    paragraph._p.append(link)
    paragraph.add_run("二{% endif %}")
    document.save(str(path))
    template = compile_template(path)
    assert not is_proved(template)
    assert template.render({"甲": True})
    with pytest.raises(RenderError) as caught:
        template.render({"甲": False})
    assert [problem.code for problem in caught.value.problems] == ["T306"]


def test_markup_is_parsed_because_nobody_vouches_for_it(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("{{r 富 }}"))
    assert is_proved(template)
    assert template.render({"富": RichText("一<二", bold=True)})
    broken = RichText("一")
    broken.xml += "<w:r>"
    with pytest.raises(RenderError) as caught:
        template.render({"富": broken})
    assert [problem.code for problem in caught.value.problems] == ["T306"]


@pytest.mark.parametrize(
    "tag",
    [
        "{{ (甲|e)|truncate(3, true, '', 0) }}",
        "{{ (甲|e)|upper|truncate(3, true, '', 0) }}",
        "{{ ('&'|e)|truncate(3, true, '', 0) }}",
        "{{ ((甲|e) ~ '')[:2] }}",
    ],
)
def test_a_reference_cut_in_two_is_noticed(make_template: MakeTemplate, tag: str) -> None:
    template = compile_template(make_template(tag))
    with pytest.raises(RenderError) as caught:
        template.render({"甲": "&"})
    assert [problem.code for problem in caught.value.problems] == ["T306"]
