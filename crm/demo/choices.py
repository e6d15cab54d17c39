"""The choice lists and canned replies a fresh installation starts with, in both languages.

They are neutral: an empty production installation gets the same ones, and its administrator changes them from there.
A `semantic` is a closed code the program relies on; names and order are free to change.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ChoiceSeed:
    """One entry of a choice list; `parent` is the code of its first-level entry."""

    code: str
    name_ja: str
    name_en: str
    semantic: str = ""
    order: int = 0
    parent: str = ""


@dataclass(frozen=True)
class ListSeed:
    """A choice list with its entries; `semantics` is the closed set its entries may use."""

    code: str
    name_ja: str
    name_en: str
    semantics: tuple[str, ...]
    choices: tuple[ChoiceSeed, ...]
    levels: int = 1


@dataclass(frozen=True)
class PhraseSeed:
    """A canned text (定型文): a reply (連絡先処理) that a report recipient sends with one tap, or one for another use."""

    code: str
    text_ja: str
    text_en: str
    order: int
    use: str = "reply"
    shortcut: str = ""


def _rows(*rows: tuple[str, str, str, str]) -> tuple[ChoiceSeed, ...]:
    return tuple(ChoiceSeed(code, ja, en, semantic, order * 10) for order, (code, ja, en, semantic) in enumerate(rows, start=1))


METHOD = ListSeed(
    "method",
    "対応形態",
    "Contact method",
    ("visit", "incoming_visit", "call", "mail", "web_meeting", "letter", "sms", "other"),
    _rows(
        ("visit", "訪問", "Visit", "visit"),
        ("incoming_visit", "来社", "Visited us", "incoming_visit"),
        ("call", "電話", "Call", "call"),
        ("mail", "メール", "Mail", "mail"),
        ("web_meeting", "Web会議", "Web meeting", "web_meeting"),
        ("letter", "手紙・FAX", "Letter, fax", "letter"),
        ("sms", "SMS", "SMS", "sms"),
        ("other", "その他", "Other", "other"),
    ),
)

RESULT = ListSeed(
    "result",
    "結果",
    "Result",
    ("success", "progress", "pending", "failure", "absent", "done"),
    _rows(
        ("ordered", "受注・成約", "Order received", "success"),
        ("progress", "前進", "Moved forward", "progress"),
        ("continued", "継続", "To be continued", "pending"),
        ("considering", "先方検討中", "Under consideration", "pending"),
        ("handled", "対応完了", "Settled", "done"),
        ("absent", "不在", "Absent", "absent"),
        ("declined", "見送り・失注", "Declined, lost", "failure"),
    ),
)

SUMMARY = ListSeed(
    "summary",
    "内容概略",
    "Summary",
    (
        "first_visit",
        "regular",
        "proposal",
        "survey",
        "quote",
        "meeting",
        "demonstration",
        "order",
        "delivery",
        "inquiry",
        "complaint",
        "follow_up",
        "billing",
        "greeting",
        "information",
        "internal",
        "other",
    ),
    _rows(
        ("first_visit", "新規訪問・初回面談", "First meeting", "first_visit"),
        ("regular", "定期訪問", "Regular visit", "regular"),
        ("proposal", "提案・商品説明", "Proposal", "proposal"),
        ("survey", "現地調査・ヒアリング", "Site survey, hearing", "survey"),
        ("quote", "見積提出・見積説明", "Quotation", "quote"),
        ("meeting", "打合せ", "Meeting", "meeting"),
        ("demonstration", "デモ・試用", "Demonstration, trial", "demonstration"),
        ("order", "受注・契約", "Order, contract", "order"),
        ("delivery", "納品・立会い", "Delivery, attendance", "delivery"),
        ("inquiry", "問合せ対応", "Inquiry", "inquiry"),
        ("complaint", "クレーム対応", "Complaint", "complaint"),
        ("follow_up", "アフターフォロー", "Follow-up", "follow_up"),
        ("billing", "請求・入金", "Billing, payment", "billing"),
        ("greeting", "挨拶", "Courtesy call", "greeting"),
        ("information", "情報収集", "Information gathering", "information"),
        ("internal", "社内業務", "Internal work", "internal"),
        ("other", "その他", "Other", "other"),
    ),
)

_CATEGORIES: tuple[tuple[str, str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "sales",
        "営業活動",
        "Sales",
        (
            ("new", "新規開拓", "New business"),
            ("existing", "既存深耕", "Existing accounts"),
            ("estimate", "提案・見積", "Proposals and quotations"),
            ("contract", "受注・契約", "Orders and contracts"),
            ("delivery", "納品・検収", "Delivery and acceptance"),
        ),
    ),
    (
        "service",
        "アフターサービス",
        "After-sales service",
        (
            ("maintenance", "保守・点検", "Maintenance and inspection"),
            ("repair", "故障・修理", "Breakdowns and repairs"),
            ("question", "問合せ", "Questions"),
            ("complaint", "苦情・要望", "Complaints and requests"),
        ),
    ),
    (
        "office",
        "事務",
        "Office work",
        (
            ("billing", "請求・入金", "Billing and payment"),
            ("paperwork", "書類・手続き", "Documents and procedures"),
        ),
    ),
    (
        "market",
        "情報収集",
        "Information",
        (
            ("industry", "業界・市場動向", "Industry and market"),
            ("competitor", "競合情報", "Competitors"),
            ("customer", "顧客動向", "Customer news"),
        ),
    ),
    (
        "internal",
        "社内",
        "Internal",
        (
            ("meeting", "会議・打合せ", "Meetings"),
            ("training", "研修・勉強会", "Training"),
        ),
    ),
)


def _categories() -> tuple[ChoiceSeed, ...]:
    rows: list[ChoiceSeed] = []
    for order, (code, ja, en, children) in enumerate(_CATEGORIES, start=1):
        rows.append(ChoiceSeed(code, ja, en, order=order * 10))
        rows += [ChoiceSeed(f"{code}-{sub}", sub_ja, sub_en, "", n * 10, code) for n, (sub, sub_ja, sub_en) in enumerate(children, start=1)]
    return tuple(rows)


CATEGORY = ListSeed("category", "カテゴリ", "Category", (), _categories(), levels=2)

EXPENSE_KIND = ListSeed(
    "expense_kind",
    "交通費・経費の種別",
    "Expense kind",
    ("train", "bus", "taxi", "air", "own_car", "parking", "toll", "allowance", "lodging", "other"),
    _rows(
        ("train", "電車", "Train", "train"),
        ("bus", "バス", "Bus", "bus"),
        ("taxi", "タクシー", "Taxi", "taxi"),
        ("air", "飛行機", "Flight", "air"),
        ("own_car", "自家用車", "Own car", "own_car"),
        ("parking", "駐車場", "Parking", "parking"),
        ("toll", "高速道路", "Toll road", "toll"),
        ("allowance", "日当", "Daily allowance", "allowance"),
        ("lodging", "宿泊費", "Lodging", "lodging"),
        ("other", "その他", "Other", "other"),
    ),
)

DEAL_STAGE = ListSeed(
    "deal_stage",
    "案件フェーズ",
    "Deal stage",
    ("open", "won", "lost"),
    _rows(
        ("lead", "引合い", "Inquiry", "open"),
        ("hearing", "ヒアリング", "Hearing", "open"),
        ("proposal", "提案", "Proposal", "open"),
        ("quote", "見積提出", "Quotation submitted", "open"),
        ("negotiation", "最終交渉", "Final negotiation", "open"),
        ("won", "受注", "Won", "won"),
        ("lost", "失注", "Lost", "lost"),
        ("cancelled", "中止・延期", "Cancelled, postponed", "lost"),
    ),
)

RANK = ListSeed(
    "rank",
    "顧客ランク",
    "Customer rank",
    ("key", "important", "normal", "prospect", "dormant"),
    _rows(
        ("A", "A（最重要）", "A (key account)", "key"),
        ("B", "B（重要）", "B (important)", "important"),
        ("C", "C（一般）", "C (regular)", "normal"),
        ("P", "見込み", "Prospect", "prospect"),
        ("D", "休眠", "Dormant", "dormant"),
    ),
)

INDUSTRY = ListSeed(
    "industry",
    "業種",
    "Industry",
    (),
    _rows(
        ("agriculture", "農林水産業", "Agriculture, forestry, fisheries", ""),
        ("construction", "建設・設備工事", "Construction", ""),
        ("food", "食品製造", "Food manufacturing", ""),
        ("metal", "金属・機械加工", "Metalworking and machinery", ""),
        ("electronics", "電機・電子部品", "Electronics", ""),
        ("chemical", "化学・素材", "Chemicals and materials", ""),
        ("shipbuilding", "造船・輸送機械", "Shipbuilding and transport equipment", ""),
        ("manufacturing", "その他製造", "Other manufacturing", ""),
        ("wholesale", "卸売", "Wholesale", ""),
        ("retail", "小売", "Retail", ""),
        ("logistics", "運輸・倉庫", "Transport and warehousing", ""),
        ("it", "情報通信", "Information and communications", ""),
        ("finance", "金融・保険", "Finance and insurance", ""),
        ("real_estate", "不動産", "Real estate", ""),
        ("hospitality", "宿泊・飲食", "Hotels and restaurants", ""),
        ("medical", "医療・福祉", "Medical and welfare", ""),
        ("education", "教育", "Education", ""),
        ("service", "サービス", "Services", ""),
        ("public", "官公庁・団体", "Public bodies and associations", ""),
        ("other", "その他", "Other", ""),
    ),
)

PERSON_ROLE = ListSeed(
    "person_role",
    "顧客担当者の役割",
    "Role of the contact person",
    ("decision_maker", "champion", "contact", "buyer", "user", "technical", "accounting", "other"),
    _rows(
        ("decision_maker", "決裁者", "Decision maker", "decision_maker"),
        ("champion", "推進者", "Champion", "champion"),
        ("contact", "窓口", "Point of contact", "contact"),
        ("buyer", "購買", "Purchasing", "buyer"),
        ("user", "現場・利用者", "User on site", "user"),
        ("technical", "技術", "Technical", "technical"),
        ("accounting", "経理", "Accounting", "accounting"),
        ("other", "その他", "Other", "other"),
    ),
)

ASSET_TYPE = ListSeed(
    "asset_type",
    "導入物件の種別",
    "Asset type",
    ("product", "vehicle"),
    _rows(
        ("machine", "機械・設備", "Machinery and equipment", "product"),
        ("control", "計測・制御機器", "Measuring and control devices", "product"),
        ("system", "システム・ソフトウェア", "Systems and software", "product"),
        ("car", "乗用車", "Passenger car", "vehicle"),
        ("truck", "貨物車・トラック", "Van or truck", "vehicle"),
        ("special", "特殊車両・フォークリフト", "Special vehicle, forklift", "vehicle"),
        ("other", "その他", "Other", "product"),
    ),
)

CONTRACT_TYPE = ListSeed(
    "contract_type",
    "契約の種別",
    "Contract type",
    ("maintenance", "lease", "rental", "basic", "other"),
    _rows(
        ("maintenance", "保守契約", "Maintenance", "maintenance"),
        ("inspection", "定期点検契約", "Periodic inspection", "maintenance"),
        ("lease", "リース契約", "Lease", "lease"),
        ("rental", "レンタル契約", "Rental", "rental"),
        ("basic", "取引基本契約", "Basic supply agreement", "basic"),
        ("unit_price", "単価契約", "Unit price agreement", "basic"),
        ("other", "その他", "Other", "other"),
    ),
)

INFO_KIND = ListSeed(
    "info_kind",
    "収集情報の種別",
    "Kind of information",
    ("market", "competitor", "need", "request", "complaint", "praise", "voice"),
    _rows(
        ("market", "市場・業界動向", "Market and industry", "market"),
        ("competitor", "競合の動き", "Competitors", "competitor"),
        ("need", "ニーズ・困りごと", "Needs", "need"),
        ("request", "ご要望", "Request", "request"),
        ("complaint", "ご不満・ご指摘", "Complaint", "complaint"),
        ("praise", "お褒めの言葉", "Praise", "praise"),
        ("voice", "その他の声", "Other voice", "voice"),
    ),
)

LISTS: tuple[ListSeed, ...] = (
    METHOD,
    RESULT,
    SUMMARY,
    CATEGORY,
    EXPENSE_KIND,
    DEAL_STAGE,
    RANK,
    INDUSTRY,
    PERSON_ROLE,
    ASSET_TYPE,
    CONTRACT_TYPE,
    INFO_KIND,
)

REPLIES: tuple[PhraseSeed, ...] = (
    PhraseSeed("confirmed", "確認しました。", "Read and understood.", 10),
    PhraseSeed("thanks", "お疲れさまです。報告ありがとうございます。", "Thank you for the report.", 20),
    PhraseSeed("go_ahead", "その内容で進めてください。", "Please go ahead as planned.", 30),
    PhraseSeed("join", "お疲れさまです。次回は同行します。", "Good work. I will join you next time.", 40),
    PhraseSeed("details", "詳しい状況を聞かせてください。", "Please tell me more about this.", 50),
    PhraseSeed("call_me", "至急、電話をください。", "Please call me as soon as possible.", 60),
)

PHRASES: tuple[PhraseSeed, ...] = (
    PhraseSeed("regular", "定例訪問", "Regular visit", 10, "title", "tei"),
    PhraseSeed("quote", "見積提出", "Quotation handed in", 20, "title", "mitsu"),
    PhraseSeed("greeting", "新任のご挨拶", "Introducing a new colleague", 30, "title", "aisatsu"),
    PhraseSeed("report", "【用件】\n【内容】\n【先方の反応】\n【次回】", "Purpose:\nContent:\nReaction:\nNext:", 10, "content", "kata"),
    PhraseSeed("met", "{customer} {person} 様と面談した。", "Met {person} of {customer}.", 20, "content", "men"),
    PhraseSeed("absent", "不在のため、名刺とカタログを置いてきた。", "Nobody in; left a card and a catalogue.", 30, "content", "fuzai"),
    PhraseSeed("noted", "共有ありがとうございます。", "Thank you for sharing.", 10, "comment", "kyoyu"),
)
