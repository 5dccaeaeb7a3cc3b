"""Questions that a first-time user may have, each with the SQL that answers it on any build.

A government's figures have those of its departments in them: what adds up leaves the governments out.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """A question in Chinese and English, and its query."""

    zh: str
    en: str
    sql: str


QUESTIONS = (
    Question(
        "部门每年收到多少申请，公开了多大比例？（不含政府汇总数）",
        "How many requests do departments receive each year, and what share is granted in full or in part?",
        """
        SELECT
            year,
            count(*) AS reports_that_print_it,
            sum(received) AS received,
            sum(granted_full + granted_part) / sum(closed) AS disclosure_rate
        FROM requests
        LEFT JOIN agencies USING (agency_id)
        WHERE applicant_type = 'total' AND granted_full + granted_part + closed IS NOT NULL
            AND kind IS DISTINCT FROM 'government'
        GROUP BY year
        ORDER BY year
        """,
    ),
    Question(
        "部门不予公开的理由是哪些？",
        "On which grounds do departments deny requests?",
        """
        SELECT label_zh, label_en, sum(value) AS requests, count(DISTINCT report_id) AS reports
        FROM facts
        JOIN codebook USING (row_code)
        LEFT JOIN agencies USING (agency_id)
        WHERE parent = 't3:3.3' AND applicant_type = 'total' AND kind IS DISTINCT FROM 'government'
        GROUP BY label_zh, label_en
        ORDER BY requests DESC
        """,
    ),
    Question(
        "哪些报告的数字勾稽不平？",
        "In which reports do the figures not add up?",
        """
        SELECT agency_name, year, check_id, count(*) AS places, any_value(message) AS example
        FROM findings
        JOIN reports USING (report_id)
        WHERE severity = 'warn' AND check_id IN (SELECT check_id FROM identities)
        GROUP BY agency_name, year, check_id
        ORDER BY places DESC, agency_name, year
        LIMIT 5
        """,
    ),
)

# Of one report, by the address of its page.
PRINTED_CELLS = Question(
    "其中一份：哪一格不平，原件上印的是什么，印在哪里？",
    "One of them: which cell breaks the sum, what does the source print there, and where?",
    """
    SELECT
        agency_name, year, label_zh, findings.applicant_type, published, expected, attributed_to, locator, url
    FROM findings
    JOIN reports USING (report_id)
    JOIN facts USING (report_id, agency_id, agency_name, region_code, year, row_code, applicant_type)
    JOIN codebook USING (row_code)
    WHERE url = $url AND check_id IN (SELECT check_id FROM identities)
    ORDER BY row_code, findings.applicant_type
    """,
)
CHANGED_CELLS = Question(
    "发布之后改了哪些格？",
    "Which cells were changed after publication?",
    """
    SELECT agency_name, year, label_zh, applicant_type, published_before, published_after, url
    FROM revisions
    LEFT JOIN codebook USING (row_code)
    ORDER BY agency_name, year, row_code, applicant_type
    """,
)
