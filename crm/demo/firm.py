"""有瀬産機株式会社: an invented trading house for industrial equipment with branches in Fukuoka, Kumamoto and Nagasaki."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from crm.demo.places import landline
from crm.demo.plan import Employee, Group, Post, Proxy, Unit

NAME = "有瀬産機株式会社"

UNITS: tuple[Unit, ...] = (
    Unit("001000", "本社", "ホンシャ", "Head office", "division", "", "10001", 10),
    Unit("001100", "営業企画部", "エイギョウキカクブ", "Sales planning", "division", "001000", "10105", 20),
    Unit("001200", "管理部", "カンリブ", "Administration", "division", "001000", "10102", 30),
    Unit("003000", "福岡支店", "フクオカシテン", "Fukuoka branch", "branch", "", "10110", 40),
    Unit("003100", "福岡営業部", "フクオカエイギョウブ", "Fukuoka sales", "division", "003000", "10118", 50),
    Unit("003110", "福岡営業一課", "フクオカエイギョウイッカ", "Fukuoka sales section 1", "section", "003100", "10131", 60),
    Unit("003120", "福岡営業二課", "フクオカエイギョウニカ", "Fukuoka sales section 2", "section", "003100", "10118", 70),
    Unit("003200", "技術サービス課", "ギジュツサービスカ", "Technical service", "section", "003000", "10127", 80),
    Unit("004000", "熊本支店", "クマモトシテン", "Kumamoto branch", "branch", "", "10114", 90),
    Unit("004100", "熊本営業課", "クマモトエイギョウカ", "Kumamoto sales", "section", "004000", "10114", 100),
    Unit("005000", "長崎支店", "ナガサキシテン", "Nagasaki branch", "branch", "", "10112", 110),
    Unit("005100", "長崎営業課", "ナガサキエイギョウカ", "Nagasaki sales", "section", "005000", "10136", 120),
)

# code, family, given, readings, mail name, unit, title, weight of the records written by this person
_ROSTER = """
10001 有瀬 正隆 アリセ マサタカ arise 001000 代表取締役社長 0
10102 倉光 信夫 クラミツ ノブオ kuramitsu 001200 部長 0
10105 三苫 恵子 ミトマ ケイコ mitoma 001100 部長 0.2
10110 城戸 英樹 キド ヒデキ kido 003000 支店長 0.4
10112 深堀 哲也 フカホリ テツヤ fukahori 005000 支店長 0.5
10114 有働 博之 ウドウ ヒロユキ udou 004000 支店長 0.5
10118 安武 剛 ヤスタケ ツヨシ yasutake 003100 部長 0.5
10127 筒井 篤志 ツツイ アツシ tsutsui 003200 課長 0.5
10131 江頭 達也 エガシラ タツヤ egashira 003110 課長 0.7
10136 岩永 康弘 イワナガ ヤスヒロ iwanaga 005100 課長 0.8
10203 坂田 純 サカタ ジュン sakata 001200 情報システム係長 0
10207 松藤 典子 マツフジ ノリコ matsufuji 001200 経理主任 0
10210 中原 理恵 ナカハラ リエ nakahara 001200 総務係 0
10214 堀川 遥 ホリカワ ハルカ horikawa 001200 経理係 0
10218 末次 慎吾 スエツグ シンゴ suetsugu 001100 主任 0.6
10222 グエン ティラン グエン ティラン nguyen 001100 海外調達担当 0.2
10225 原口 久美子 ハラグチ クミコ haraguchi 003000 営業事務 0
10229 島村 俊介 シマムラ シュンスケ shimamura 003110 主任 1.2
10233 川添 綾乃 カワゾエ アヤノ kawazoe 003110 主任 1.2
10238 吉富 洋平 ヨシトミ ヨウヘイ yoshitomi 003110 営業担当 1.0
10241 重松 麻衣 シゲマツ マイ shigematsu 003110 営業担当 1.0
10245 許斐 拓也 コノミ タクヤ konomi 003110 営業担当 0.8
10249 秋吉 孝史 アキヨシ タカシ akiyoshi 003120 係長 1.1
10252 高山 裕司 タカヤマ ユウジ takayama 003120 主任 1.2
10256 庄野 沙織 ショウノ サオリ shono 003120 営業担当 1.0
10260 井手 亮 イデ リョウ ide 003120 営業担当 0.9
10263 太田 翔太 オオタ ショウタ ota 003120 営業担当 0.8
10267 下川 直樹 シモカワ ナオキ shimokawa 003200 主任 0.9
10271 波多江 誠 ハタエ マコト hatae 003200 技術担当 0.8
10275 今泉 和也 イマイズミ カズヤ imaizumi 003200 技術担当 0.7
10279 米村 幸代 ヨネムラ サチヨ yonemura 004000 営業事務 0
10282 緒方 浩二 オガタ コウジ ogata 004100 係長 1.2
10286 村上 陽子 ムラカミ ヨウコ murakami 004100 主任 1.2
10290 右田 健一 ミギタ ケンイチ migita 004100 営業担当 1.0
10294 西坂 奈々 ニシザカ ナナ nishizaka 004100 営業担当 0.9
10298 尾上 智子 オノウエ トモコ onoue 005000 営業事務 0
10301 山口 大輔 ヤマグチ ダイスケ yamaguchi 005100 主任 3.0
10305 浦 美咲 ウラ ミサキ ura 005100 営業担当 1.1
10309 橋口 恭平 ハシグチ キョウヘイ hashiguchi 005100 営業担当 1.0
10176 峰 昭彦 ミネ アキヒコ mine 005100 係長 1.0
"""

LEAVER = "10176"
TRANSFERRED = "10263"  # goes from Fukuoka to Nagasaki on a day still to come
ENGINEERS = ("10267", "10271", "10275")
CLERKS = {"003000": "10225", "004000": "10279", "005000": "10298"}
_SECOND_POSTS = (
    ("10118", "003120", "課長（兼務）"),
    ("10114", "004100", "課長（兼務）"),
    ("10218", "003110", "営業支援（兼務）"),
    ("10267", "005100", "技術支援（兼務）"),
)
_ENGLISH = "10222"

GROUPS: tuple[Group, ...] = (
    Group("semicon", "半導体関連プロジェクト", ("10105", "10110", "10131", "10229", "10238", "10282", "10286", "10271")),
    Group("marine", "造船・舶用分科会", ("10112", "10136", "10301", "10305", "10249", "10267")),
    Group("energy", "省エネ提案チーム", ("10218", "10233", "10252", "10290", "10305", "10275")),
    Group("rookies", "若手勉強会", ("10218", "10241", "10245", "10263", "10294", "10309", "10214")),
)


def employees(rng: Random, today: date) -> tuple[Employee, ...]:
    """The forty employees as they stand on `today`."""
    rows = (line.split() for line in _ROSTER.split("\n") if line)
    return tuple(_employee(rng, today, row) for row in rows)


def proxies(staff: tuple[Employee, ...], today: date) -> tuple[Proxy, ...]:
    """Each branch's clerk enters for the sellers of the branch."""
    start = date(today.year - 1, 4, 1)
    found = []
    for person in staff:
        clerk = CLERKS.get(branch_of(person.posts[0].unit))
        if clerk and person.sells and person.left_on is None:
            found.append(Proxy(person.code, clerk, start))
    return tuple(found)


def branch_of(unit: str) -> str:
    """The code of the topmost unit above `unit`."""
    parents = {row.code: row.parent for row in UNITS}
    while parents[unit]:
        unit = parents[unit]
    return unit


def leaver_until(today: date) -> date:
    """The last working day of the leaver: the end of the month about two months back."""
    return (today - timedelta(days=50)).replace(day=1) - timedelta(days=1)


def transfer_on(today: date) -> date:
    """The first of a month at least two weeks ahead."""
    ahead = today + timedelta(days=15)
    return date(ahead.year + ahead.month // 12, ahead.month % 12 + 1, 1)


def _employee(rng: Random, today: date, row: list[str]) -> Employee:
    code, family, given, family_kana, given_kana, mail, unit, title, weight = row
    joined = date(today.year - rng.randint(2, 22), 4, 1)
    area = {"001000": "092", "003000": "092", "004000": "096", "005000": "095"}[branch_of(unit)]
    person = Employee(
        code=code,
        family=family,
        given=given,
        family_kana=family_kana,
        given_kana=given_kana,
        mail=f"{mail}@example.jp",
        phone=landline(rng, area),
        posts=(Post(unit, title, True, joined), *_second_posts(code, today)),
        language="en" if code == _ENGLISH else "ja",
        sells=float(weight),
    )
    return _moved(person, today)


def _second_posts(code: str, today: date) -> tuple[Post, ...]:
    start = date(today.year - 1, 4, 1)
    return tuple(Post(unit, title, False, start) for who, unit, title in _SECOND_POSTS if who == code)


def _moved(person: Employee, today: date) -> Employee:
    """Apply the leaver's last day and the transfer that is already announced."""
    if person.code == LEAVER:
        last = leaver_until(today)
        return replace(person, left_on=last, posts=(replace(person.posts[0], until_on=last),))
    if person.code == TRANSFERRED:
        day = transfer_on(today)
        now, then = replace(person.posts[0], until_on=day - timedelta(days=1)), Post("005100", "営業担当", True, day)
        return replace(person, posts=(now, then))
    return person
