"""Contacts are masked however they are written; counts never are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.privacy import MASK, without_contacts


@pytest.mark.parametrize(
    "contact",
    [
        "0591-23165370",
        "（0517）83605210",
        "05987500615",
        "13812345678",
        "138-1234-5678",
        "+86 138 1234 5678",
        "pzxxgkb@163.com",
        "x.y_z@mail.gov.cn",
        "320101199001011234",
        "32010119900101123X",
    ],
)
def test_numbers_and_addresses_of_people(contact: str) -> None:
    assert without_contacts(f"如有疑问请联系{contact}，谢谢。") == f"如有疑问请联系{MASK}，谢谢。"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("联系电话：5722721，传真：5722722", f"联系电话：{MASK}，传真：{MASK}"),
        ("电话/传真：0591-23165370；邮编：350400", f"电话/传真：{MASK}；邮编：350400"),
        ("联系人：张三，电话：87675313", f"联系人：{MASK}，电话：{MASK}"),
        ("单位负责人：李四 审核人：王五六 填报人：赵七", f"单位负责人：{MASK} 审核人：{MASK} 填报人：{MASK}"),
        ("QQ：123456789", f"QQ：{MASK}"),
    ],
)
def test_what_is_called_a_contact(text: str, masked: str) -> None:
    assert without_contacts(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "全年收到申请3119件，答复3050件",
        "政府集中采购13575394432.52元",
        "收费13575394432元，网站访问13812345678次",
        "国办公开办函〔2021〕30号，2021年9月26日",
        "负责人员共12人，联系人制度",
        "统计期限自2024年1月1日至2024年12月31日",
    ],
)
def test_counts_dates_and_words_stay(text: str) -> None:
    assert without_contacts(text) == text


@given(st.text(max_size=200))
def test_masking_twice_is_masking_once(text: str) -> None:
    once = without_contacts(text)
    assert without_contacts(once) == once
