from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safety_docs.documents import Identity, PackageError, compile_template, read_identity
from safety_docs.documents.identity import NAMESPACE, identity_xml, with_identity
from safety_docs.documents.package import read_package
from safety_docs.documents.zipwriter import join, pack

if TYPE_CHECKING:
    from pathlib import Path

    from tests.documents.conftest import MakeTemplate, Reader

IDENTITY = Identity(
    form="responsibility-letters/homeroom-teacher",
    template="sha256:" + "0" * 64,
    page_id="01J<&>\"'",
    code="Z109-WS·2022-D30-A02-0001",
    values={"姓名": "R&D <b>“张三”", "人数": 3, "名单": [{"名": "𠮷野"}], "空": None, "签": True},
)


def test_a_document_says_where_it_comes_from(make_template: MakeTemplate) -> None:
    template = compile_template(make_template("{{ 甲 }}"))
    assert read_identity(template.render({"甲": "一"}, identity=IDENTITY)) == IDENTITY
    assert read_identity(template.render({"甲": "一"})) is None


def test_a_copy_without_identity_has_no_trace_of_it(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    data = compile_template(make_template("{{ 甲 }}")).render({"甲": "一"})
    names = read.names(data)
    assert not [name for name in names if NAMESPACE.encode() in read.part(data, name)]


def test_it_survives_python_docx(make_template: MakeTemplate) -> None:
    data = compile_template(make_template("{{ 甲 }}")).render({"甲": "一"}, identity=IDENTITY)
    buffer = io.BytesIO()
    document = docx.Document(io.BytesIO(data))
    document.add_paragraph("改过")
    document.save(buffer)
    assert read_identity(buffer.getvalue()) == IDENTITY


def test_it_stands_beside_custom_parts_that_are_there(
    make_template: MakeTemplate, read: type[Reader]
) -> None:
    path = make_template("{{ 甲 }}")
    first = compile_template(path).render({"甲": "{{ 甲 }}"}, identity=IDENTITY)
    path.write_bytes(first)
    other = Identity("b/b", "sha256:1", "p2", "Z109-2", {})
    second = compile_template(path).render({"甲": "二"}, identity=other)
    names = read.names(second)
    assert {"customXml/item1.xml", "customXml/item2.xml"} <= set(names)
    assert len(names) == len(set(names))


def test_a_workbook_can_carry_it_too() -> None:
    buffer = io.BytesIO()
    openpyxl.Workbook().save(buffer)
    parts = with_identity(read_package(buffer.getvalue(), "台账"), "xl/workbook.xml", IDENTITY)
    data = join(pack(name, part) for name, part in parts.items())
    assert read_identity(data) == IDENTITY
    openpyxl.load_workbook(io.BytesIO(data))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=5))
@settings(deadline=None)
def test_any_values_round_trip(values: dict[str, Any]) -> None:
    identity = Identity("a/b", "sha256:0", "p", "Z", values)
    types = b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    data = join(
        [pack("[Content_Types].xml", types), pack("customXml/item7.xml", identity_xml(identity))]
    )
    assert read_identity(data) == identity


def test_a_damaged_identity_is_reported(make_template: MakeTemplate) -> None:
    data = compile_template(make_template("{{ 甲 }}")).render({"甲": "一"}, identity=IDENTITY)
    parts = read_package(data, "甲.docx")
    item = next(
        name for name, part in parts.items() if NAMESPACE.encode() in part and b"<page" in part
    )
    parts[item] = parts[item].replace(b"{", b"[", 1)
    with pytest.raises(PackageError, match="表单数据"):
        read_identity(join(pack(name, part) for name, part in parts.items()))


@pytest.mark.slow
def test_it_survives_libreoffice(make_template: MakeTemplate, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    data = compile_template(make_template("{{ 甲 }}")).render({"甲": "一"}, identity=IDENTITY)
    source, out = tmp_path / "甲.docx", tmp_path / "out"
    source.write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "docx", "--outdir", str(out)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    saved = (out / "甲.docx").read_bytes()
    with zipfile.ZipFile(io.BytesIO(saved)) as archive:
        assert archive.testzip() is None
    assert read_identity(saved) == IDENTITY
