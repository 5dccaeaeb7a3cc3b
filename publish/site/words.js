// What the page says, in Chinese and in English.

const WORDS = {
  title: ["公开年报库", "gknb: disclosure reports of China's governments"],
  start: ["首页", "Start"], compare: ["比较", "Compare"], ranking: ["排名", "Ranking"],
  coverage: ["覆盖", "Coverage"], data: ["数据", "Data"], agency: ["机关", "Agency"], cell: ["单元格", "Printed cell"],
  madeUp: ["虚构数据：本页的机关、报告和数字都是编造的，只作演示", "MADE UP: the agencies, reports and figures on this page are invented, for demonstration"],
  notOfficial: ["gknb 不是官方来源。数字以各机关发布的原件为准，每个数字都注明出处。", "gknb is no official source. The published originals decide; every number names the cell that printed it."],
  what: ["每个行政机关每年都要发布政府信息公开工作年度报告，附有统一的统计表：收到多少申请，来自谁，公开了多少，以何理由不公开，有多少进入复议和诉讼。本页把这些表格变成可以比较的数字，点开每个数字都能看到印它的那一格。",
    "Every organ of government in China publishes a yearly report on its disclosure of information, with the same statistical tables: how many requests came, from whom, what was granted, on which grounds it was refused, what went to review and to court. This page makes numbers of them that can be compared, and each number leads to the cell that printed it."],
  about_compare: ["至多十个机关，历年并列；一个机关在同类中的位置", "Up to ten agencies over the years; where one stands among its like"],
  about_ranking: ["按指标、年度、地区和职能排名，分母太小的不排", "By measure, year, place and function; too small denominators left out"],
  about_coverage: ["各地各年应报多少、找到多少，缺的为什么缺", "How many reports of how many, by place and year, and why the others are missing"],
  about_data: ["下载、数据字典、SQL 示例", "Downloads, dictionary, examples in SQL"],
  find: ["查找机关", "Find an agency"], findHint: ["名称、地名、职能或拼音，如 渠县、审计、quxian", "name, place, function or pinyin: 渠县, 审计, quxian"],
  known: ["找到的报告", "Reports found"], of: ["，应报", " of"], none: ["没有", "none"],
  nothingFound: ["没有找到", "nothing found"], results: ["个结果", "found"],
  howToCite: ["如何引用", "How to cite"], citation: ["引用本页", "Cite this view"],
  years: ["年度", "Years"], year: ["年度", "Year"], measure: ["指标", "Measure"], place: ["地区", "Place"], function: ["职能", "Function"],
  level: ["层级", "Level"], all: ["全部", "all"], least: ["最小分母", "Least denominator"], rank: ["名次", "Rank"], rate: ["比率", "Rate"],
  numerator: ["分子", "Numerator"], denominator: ["分母", "Denominator"], median: ["中位数", "Median"], compared: ["参与比较", "compared"],
  expected: ["应报", "expected"], scope: ["范围", "Among"],
  prefecture: ["同地级", "its prefecture"], province: ["同省", "its province"], country: ["全国", "the country"],
  l_province: ["省级", "province"], l_prefecture: ["地级", "prefecture"], l_county: ["县级", "county"], l_below_county: ["乡镇等", "below county"],
  ledger: ["历年报告", "Report by year"], series: ["历年比率", "Rates over the years"], requests: ["申请与办理", "Requests"], who: ["谁在申请", "Who asks"],
  grounds: ["办理结果与理由", "Outcomes and grounds"], disputes: ["复议和诉讼", "Review and court"], proactive: ["主动公开与收费", "Proactive disclosure and fees"],
  text: ["正文所述", "Stated in the text"], statistics: ["2014 年统计表", "Statistics of 2014"],
  like: ["与同类相比", "Among its like"], findings: ["对不上的地方", "What does not add up"], revisions: ["发布后的改动", "Changed after publication"],
  documents: ["原件", "Documents"], lineage: ["沿革", "Before and after"],
  small: ["分母小于 10，比率说明不了什么", "fewer than ten: the rate says little"], smallMark: ["空心点：分母小于 10", "hollow: denominator below 10"],
  break: ["制度或版式变化", "change of law or form"], gap: ["缺", "gap"], doubted: ["有存疑的单元格", "cells in doubt"],
  by_publisher: ["发布者之误（已证实）", "the publisher's error (shown)"], by_extraction: ["提取之误", "our reading's error"], by_undecided: ["未定", "undecided"],
  published: ["原文", "Printed"], value: ["数值", "Value"], locator: ["位置", "Place in the source"], report: ["报告", "Report"], address: ["网址", "Address"],
  fetched: ["抓取", "Fetched"], publishedOn: ["发布日期", "Published"], unit: ["单位", "Unit"], status: ["状态", "Status"], row: ["行", "Row"], applicant: ["申请人", "Applicant"], hash: ["SHA-256", "SHA-256"],
  doubts: ["存疑标记", "Doubts"], inOriginal: ["在原件中", "In the original"], reading: ["正在打开原件……", "Opening the original …"],
  noArchive: ["这是静态页面，没有存档的原件。请打开网址，或用命令查看印刷处：", "This is a static copy without the archive. Open the address, or look with the command:"],
  readTable: ["读到的表（重绘，非原网页）", "The table as read (redrawn, not the publisher's page)"], blank: ["空白", "blank"],
  csv: ["CSV", "CSV"], xlsx: ["XLSX", "XLSX"], download: ["下载", "Download"], print: ["打印", "Print"],
  add: ["加入比较", "Add to comparison"], remove: ["移除", "Remove"], atMost: ["最多十个机关", "at most ten agencies"], noneChosen: ["先在上面查找并加入机关。", "Find agencies above and add them."],
  build: ["构建", "Build"], dictionary: ["数据字典", "Dictionary"], examples: ["SQL 示例与答案", "SQL examples and answers"], view: ["视图", "view"],
  noRate: ["报告在，但未印出此率所需的数", "the report is here, but does not print what this rate is made of"],
  map: ["地图", "Map"], mapOf: ["边界由发布本页的人提供，不是 gknb 的；公开的地图须有审图号。文件：", "Boundaries given by who publishes this page, not by gknb; a map that is published in China needs a review number. File:"],
  release: ["发布版", "Release"], column: ["列", "Column"], type: ["类型", "Type"], meaning: ["含义", "Meaning"],
  check: ["检查", "Check"], finding: ["发现", "Finding"], whose: ["谁之误", "Whose error"], before: ["改前", "Before"], after: ["改后", "After"],
  format: ["格式", "Format"], facts: ["条事实", "facts"], remarks: ["说明", "Remarks"],
  theme: ["明暗", "Light or dark"], language: ["English", "中文"], more: ["更多", "more"], shown: ["显示前", "shown: the first"], table: ["数表", "Numbers"],
  place_level: ["按", "By"], counties: ["县级", "county"], prefectures: ["地级", "prefecture"], provinces: ["省级", "province"], why: ["缺的原因", "Why reports are missing"],
  s_found: ["按时", "in time"], s_in_time: ["按时", "in time"], s_late: ["迟发", "late"], s_empty_form: ["空表", "empty form"], s_narrative_only: ["只有文字", "words only"],
  s_withdrawn: ["已撤下", "withdrawn"], s_blocked: ["被拒", "blocked"], s_unreachable: ["不可达", "unreachable"], s_missing: ["未列出", "not listed"],
  s_never_crawled: ["未抓取", "not crawled"], s_not_due: ["无须报", "not due"], s_unknown: ["无台账", "no ledger"],
  v_number: ["数字", "number"], v_blank: ["空白", "blank"], v_dash: ["横线", "dash"], v_slash: ["斜线", "slash"], v_none_word: ["“无”", "“none”"], v_annotated: ["附注", "annotated"], v_unreadable: ["无法读取", "unreadable"],
  grade: ["等级", "Grade"], g_found: ["只找到", "found only"], g_partial: ["读出部分", "read in part"], g_read: ["读全", "read"],
  g_consistent: ["读全，勾稽成立", "consistent"], g_read_twice: ["两种格式互证", "read twice independently"], g_checked: ["有人照图核对", "checked by a person"],
  failed: ["打不开", "cannot be opened"], notHere: ["这里没有此页", "there is no such page"], server: ["接口", "Interface"],
  serverHint: ["本页由 gknb serve 提供：任何视图可取 JSON、CSV、XLSX，可用只读 SQL 提问。", "Served by gknb serve: any view as JSON, CSV or XLSX, and read-only SQL."],
  runs: ["运行", "Runs"], run: ["批次", "Run"], lastRuns: ["最近的运行", "Last runs"], begun: ["开始", "Begun"], ended: ["结束", "Ended"], exitCode: ["退出码", "Exit code"],
  new: ["新增", "New"], changed: ["改动", "Changed"], alarms: ["警报", "Alarms"], columns: ["栏目", "Columns"], sites: ["站点", "Sites"], site: ["站点", "Site"], column_: ["栏目", "Column"],
  outcome: ["结果", "Outcome"], walked: ["上次抓取", "Last walked"], standing: ["站点和栏目现状", "How sites and columns stand"], toDo: ["该做什么", "What to do"], underWay: ["未到其末", "not at its end"],
  noRuns: ["本页没有附上运行记录。gknb refresh 运行之后再写本页，即有。", "This page came without a record of runs. Written again after a gknb refresh, it has them."],
  asOf: ["截至", "As of"], runsHint: ["时间为 UTC。退出码：0 正常，1 需人处理，2 未能运行。", "Times are UTC. Exit codes: 0 fine, 1 a person is needed, 2 could not run."],
  terms: ["事实数据 CC BY 4.0，代码 Apache-2.0。", "Facts CC BY 4.0, code Apache-2.0."], ties: ["并列同名次", "ties share a rank"],
};

let language = "zh";

export function speak(chosen) {
  language = chosen === "en" ? "en" : "zh";
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
}

export const spoken = () => language;
export const t = (word) => (WORDS[word] ?? [word, word])[language === "en" ? 1 : 0];
export const pick = (zh, en) => (language === "en" ? en || zh : zh || en) ?? "";
// Texts of the data that have both, Chinese first: 甲 | a.
export const half = (both) => {
  const [zh, en] = (both ?? "").split(" | ");
  return pick(zh, en);
};
