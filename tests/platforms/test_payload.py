"""Scripts, JSON and datastores: what is found, and that rubbish costs no more than its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.platforms.lists.replies import query_of, with_missing, with_query
from crawler.platforms.payload import calls, datastore, json_at, json_reply, properties, without_comments


def test_comments_go_and_strings_stay() -> None:
    code = "a('//x', \"/* y */\"); // b()\n/* c() */ d('it\\'s // z')\n<!-- e()\nf()"
    assert without_comments(code).split() == [
        "a('//x',",
        '"/*',
        "y",
        '*/");',
        "d('it\\'s",
        "//",
        "z')",
        "f()",
    ]
    assert without_comments("g() /* open") == "g() "


def test_arguments_end_at_the_first_that_is_not_literal() -> None:
    assert list(calls("p(3, -1, 'a', x, 5) p() q(p(1))", "p")) == [(3, -1, "a"), (), (1,)]


def test_properties_of_objects_attributes_and_assignments() -> None:
    code = "{'parseType':'bulidstatic', \"webId\" : \"30\", n:15, go: f(), empty:''} var a = 'b'; n = 16"
    assert properties(code) == {"parseType": "bulidstatic", "webId": "30", "n": "15", "empty": "", "a": "b"}


@pytest.mark.parametrize(
    "reply", ['{"a":1}', ' {"a":1} ', '\ufeff{"a":1}', 'cb({"a":1})', 'jQuery1_2({"a":1});', 'a.b({"a":1})']
)
def test_json_with_and_without_a_wrapper(reply: str) -> None:
    assert json_reply(reply) == {"a": 1}


@pytest.mark.parametrize(
    "reply", ["", "<html>", "null", "cb(1)", '{"a":', "[" * 100_000, "cb(" + "[" * 100_000]
)
def test_what_is_no_json_object_is_refused(reply: str) -> None:
    with pytest.raises(ValueError):
        json_reply(reply)


def test_json_inside_a_script_that_is_no_json_itself() -> None:
    assert json_at("_CONFIG={SID:'7',TREE:[{\"id\":1}],}", r"TREE\s*:\s*") == [{"id": 1}]


def test_a_datastore_that_is_no_xml() -> None:
    store = datastore(
        "x<datastore><nextgroup><![CDATA[<a href=\"/p.jsp?a=1&path='/'\"></a>]]></nextgroup>"
        "<totalrecord>52</totalrecord><recordset><table align=center></table>"
        "<record><![CDATA[<tr><td>1]]></record><record> <![CDATA[<li>2 & 3]]></record></recordset>"
        "</datastore>"
    )
    assert store is not None
    assert (store.records, store.next_group, store.total, store.empty) == (
        ("<tr><td>1", "<li>2 & 3"),
        "/p.jsp?a=1&path='/'",
        52,
        False,
    )


def test_an_empty_datastore_is_told_from_one_that_cannot_be_read() -> None:
    empty, changed = (
        datastore("<datastore><recordset> </recordset></datastore>"),
        datastore("<datastore><recordset><row>1</row></recordset></datastore>"),
    )
    assert empty and empty.empty and changed and not changed.empty and not changed.records
    assert datastore("<html>") is None


@given(st.text(alphabet="<datsore>![CDA]/rc(){}'\"\\*, 0=:x", max_size=300))
def test_no_text_breaks_the_readers(text: str) -> None:
    datastore("<datastore>" + text)
    without_comments(text)
    list(calls(text, "x"))
    properties(text)
    try:
        json_reply(text)
    except ValueError:
        return


@pytest.mark.parametrize("unit", ["/*", '"\\', "x(", "<record><![CDATA[", "{a:'", "cb("])
def test_megabytes_of_one_opening_end(unit: str) -> None:
    text = unit * (2_000_000 // len(unit))
    datastore("<datastore>" + text)
    without_comments(text)
    list(calls(text, "x"))
    properties(text)


@given(
    st.dictionaries(st.from_regex(r"[a-z]{1,5}", fullmatch=True), st.text(max_size=8), max_size=5),
    st.integers(1, 99),
)
def test_a_query_keeps_what_it_is_not_told_to_change(query: dict[str, str], number: int) -> None:
    url = with_query("http://a.gov.cn/x", query)
    assert query_of(url) == query
    assert query_of(with_query(url, {"page": number})) == {**query, "page": str(number)}
    assert query_of(with_missing("http://a.gov.cn/x?page=2", url)) == {**query, "page": "2"}
