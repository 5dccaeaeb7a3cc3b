"""The judge lets through what is printed and rightful silence, and nothing else."""

from typing import Any

from demo.generate import generate
from demo.judge import Verdict, judge
from demo.truth import Key, Truth


def made(**asked: Any) -> Truth:
    return generate(2, edition="e2021", skin="html_clean", **asked).truth


def exact(truth: Truth) -> dict[Key, float | None]:
    return {cell.key: None if cell.value is None else float(cell.value) for cell in truth.cells}


def test_the_truth_itself_is_exact() -> None:
    truth = made(faults=("blanks_for_zeros",))
    assert set(judge(truth, exact(truth)).values()) == {Verdict.EXACT}


def test_each_way_to_be_wrong_has_its_name() -> None:
    truth = made(faults=("all_columns_but_total_blank",))
    blank, filled, other, unread = (
        ("t3:1", "business"),
        ("t3:1", "total"),
        ("t3:3.7", "total"),
        ("t3:4", "total"),
    )
    values = exact(truth)
    values[blank] = 0.0
    printed = values[filled]
    assert printed is not None
    values[filled] = printed + 1
    values[other] = None
    del values[unread]
    values["t3:9", "total"] = 5.0
    verdicts = judge(truth, values)
    assert verdicts[blank] is Verdict.INVENTED
    assert verdicts[filled] is Verdict.WRONG
    assert verdicts[other] is verdicts[unread] is Verdict.LOST
    assert verdicts["t3:9", "total"] is Verdict.INVENTED
    assert sum(verdict is Verdict.EXACT for verdict in verdicts.values()) == len(truth.cells) - 4


def test_silence_is_honest_where_the_document_leaves_a_doubt() -> None:
    truth = made(faults=("row_order_swapped",))
    doubtful = [cell for cell in truth.cells if cell.may_be_null]
    verdicts = judge(truth, {})
    assert doubtful
    assert all(verdicts[cell.key] is Verdict.SILENT for cell in doubtful)
    assert sum(verdict is Verdict.LOST for verdict in verdicts.values()) == len(truth.cells) - len(doubtful)
    assert all(verdict.honest for verdict in verdicts.values())


def test_a_number_out_of_what_is_no_report_is_invented() -> None:
    truth = made(faults=("notice",))
    assert judge(truth, {("t3:1", "total"): 3.0}) == {("t3:1", "total"): Verdict.INVENTED}
    assert judge(truth, {("t3:1", "total"): None}) == {}
