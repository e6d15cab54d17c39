"""Five hundred invented customers and the people who work there."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from crm.demo import firm, names
from crm.demo.days import TOKYO, uuid7_at
from crm.demo.places import REGIONS, Place, landline, mobile, street
from crm.demo.plan import Charge, Customer, Employee, Phone

NOT_YET = UUID(int=0)  # until a customer is entered

# Stems that no real firm is known to use, each with its reading and a Latin form for mail domains.
_STEMS = """
有瀬川アリセガワariseg 碧瀬ヘキセhekise 玄湊ゲンソウgenso 松ヶ嶺マツガミネmatsugamine 嘉瀬浦カセウラkaseura 多久良タクラtakura 波佐原ハサハラhasahara
青樫アオガシaogashi 千束野センゾクノsenzokuno 浜ノ瀬ハマノセhamanose 白嶋シラシマshirashima 西彩セイサイseisai 海路端ウミジハタumijihata
橘ノ瀬タチバナノセtachibananose 岳ノ台タケノダイtakenodai 星賀崎ホシカザキhoshikazaki 緑ヶ瀬ミドリガセmidorigase 三重津浦ミエツウラmietsuura
御所浜ゴショハマgoshohama 風早カゼハヤkazehaya 菊ヶ里キクガサトkikugasato 阿蘇瀬アソセasose 清流ヶ瀬セイリュウガセseiryugase 八重洲浦ヤエスウラyaesuura
石動浦イスルギウラisurugiura 鷹ノ巣浦タカノスウラtakanosuura 大楠原オオクスバルokusubaru 潮見原シオミバルshiomibaru 福志摩浦フクシマウラfukushimaura
豊ノ浜トヨノハマtoyonohama 立神浦タテガミウラtategamiura 銀杏坂イチョウザカichozaka 桜馬野サクラマノsakuramano 東雲谷シノノメダニshinonomedani
雲浦クモウラkumoura 琴ヶ浦コトガウラkotogaura 早岐瀬ハイキセhaikise 虹ヶ瀬ニジガセnijigase 火ノ浦ヒノウラhinoura 天瀬野アマセノamaseno
秋津瀬アキツセakitsuse 健磐野タケイワノtakeiwano 南阿野ナンアノnanano 蘇芳谷スオウダニsuodani 白川瀬シラカワセshirakawase 玉ノ緒谷タマノオダニtamanoodani
紫尾谷シビタニshibitani 和仁田ワニタwanita 芦塚野アシヅカノashizukano 舞鶴野マイヅルノmaizuruno 百済瀬クダラセkudarase 金峰野キンポウノkinpono
竜田谷タツタダニtatsutadani 久住原クジュウバルkujubaru 筑瀬チクセchikuse 香具原カグハラkaguhara 志賀浪シガナミshiganami 宝満路ホウマンジhomanji
背振野セブリノseburino 若葉野ワカバノwakabano 渡瀬原ワタゼバルwatazebaru
"""

# industry: (weight, legal forms, suffixes with readings)
_TRADES: dict[str, tuple[int, str, str]] = {
    "food": (
        60,
        "株式会社 有限会社",
        "食品ショクヒン フーズフーズ 製麺所セイメンジョ 水産スイサン 蒲鉾本店カマボコホンテン 味噌醤油ミソショウユ 製菓セイカ 茶業チャギョウ 酒造シュゾウ",
    ),
    "metal": (
        62,
        "株式会社 有限会社",
        "製作所セイサクショ 鉄工所テッコウショ 精機セイキ 金型カナガタ 鋼業コウギョウ 工機コウキ 板金工業バンキンコウギョウ メタルワークスメタルワークス",
    ),
    "electronics": (32, "株式会社", "電子デンシ エレテックエレテック セミコンセミコン 電装デンソウ 計器ケイキ デバイスデバイス"),
    "chemical": (16, "株式会社", "化成カセイ ケミカルケミカル 樹脂工業ジュシコウギョウ 塗料トリョウ"),
    "shipbuilding": (
        26,
        "株式会社 有限会社",
        "造船鉄工ゾウセンテッコウ 船舶工業センパクコウギョウ マリンサービスマリンサービス 舶用機器ハクヨウキキ ドックドック",
    ),
    "manufacturing": (30, "株式会社 有限会社", "木工モッコウ 紙器シキ 窯業ヨウギョウ 家具工房カグコウボウ 印刷インサツ 繊維センイ"),
    "construction": (46, "株式会社 有限会社", "建設ケンセツ 設備工業セツビコウギョウ 電設デンセツ 管工カンコウ 土木ドボク 空調クウチョウ"),
    "logistics": (28, "株式会社 有限会社", "運輸ウンユ 物流ブツリュウ 倉庫ソウコ ロジスティクスロジスティクス 港運コウウン"),
    "wholesale": (22, "株式会社 合資会社", "商事ショウジ 青果セイカ 資材シザイ 鋼材コウザイ 海産カイサン"),
    "retail": (14, "株式会社 有限会社", "ストアストア ホームセンターホームセンター 酒販シュハン 生花店セイカテン"),
    "hospitality": (16, "株式会社 有限会社", "旅館リョカン ホテルホテル 温泉オンセン 給食キュウショク"),
    "medical": (20, "医療法人 社会福祉法人", "会カイ 病院ビョウイン クリニッククリニック 園エン 福祉会フクシカイ"),
    "agriculture": (12, "農事組合法人 合同会社 有限会社", "農園ノウエン ファームファーム 養鶏ヨウケイ 花卉園カキエン"),
    "education": (8, "学校法人", "学園ガクエン 高等学校コウトウガッコウ"),
    "service": (6, "株式会社 合同会社", "クリーンクリーン メンテナンスメンテナンス リネンサプライリネンサプライ"),
    "public": (2, "一般財団法人", "振興公社シンコウコウシャ 環境公社カンキョウコウシャ"),
}

_LATIN = "abcdefghijklmnopqrstuvwxyz-"
_DEPARTMENTS = {
    "maker": "製造部 生産技術課 品質保証課 資材課 総務部 工務課 設備保全課",
    "other": "総務部 管理課 施設課 業務部 購買課 営業部",
}
_MAKERS = {"food", "metal", "electronics", "chemical", "shipbuilding", "manufacturing"}
_CAUTIONS = (
    "与信限度額に達しています。出荷前に管理部へ確認してください。",
    "昨年の据付け工事でご迷惑をおかけしています。訪問前に必ず支店長へ連絡してください。",
    "見積書は購買課の承認がないと有効になりません。現場への直接提示は控えてください。",
    "構内は撮影禁止です。スマートフォンは守衛所に預けてください。",
    "電話は午前中を避けてください（朝礼と出荷が重なります）。",
    "担当者の交代をご希望されました。電話は課長が受けてください。",
    "契約書に秘密保持条項があります。他社の事例として紹介しないでください。",
)
_TRADES_AT_HOME = {
    "agriculture": ("", "施設園芸（いちご）", "果樹（みかん）", "ばれいしょ・たまねぎ", "肥育牛", "真珠養殖"),
    "service": ("", "自動車整備", "クリーニング店"),
    "construction": ("", "大工", "左官", "造園"),
    "retail": ("", "飲食店", "直売所"),
}
_BUILDINGS = ("", "", "", "", "", "第二ビル 3F", "港ビル 5F", "工業団地内", "流通センター B棟", "産業会館 2F")


def _split(table: str) -> list[tuple[str, str]]:
    """Split "食品ショクヒン" into name and reading; a word that is all katakana is written twice."""
    found = []
    for word in table.split():
        half = len(word) // 2
        twice = len(word) % 2 == 0 and word[:half] == word[half:]
        name = word[:half] if twice else word.rstrip(names.KATAKANA)
        found.append((name, word[len(name) :]))
    return found


def _stems() -> list[tuple[str, str, str]]:
    found = []
    for word in _STEMS.split():
        left = word.rstrip(_LATIN)
        name = left.rstrip(names.KATAKANA)
        found.append((name, left[len(name) :], word[len(left) :]))
    return found


def customers(rng: Random, staff: dict[str, Employee], today: date, count: int = 500) -> tuple[Customer, ...]:
    """`count` customers, four in five of them firms, spread over the sellers of their region."""
    corporate = _corporate(rng, count * 4 // 5)
    territory = _Territory(rng, staff, today)
    found = [_firm(rng, territory, today, *row) for row in corporate]
    found += [_individual(rng, territory, today) for _ in range(count - len(found))]
    rng.shuffle(found)
    return tuple(_cautioned(rng, [_entered(rng, n, customer) for n, customer in enumerate(found, start=1)]))


def _entered(rng: Random, n: int, customer: Customer) -> Customer:
    """Give a customer its code, and the id and time of the day it was entered: when its seller took it on."""
    at = datetime.combine(customer.staff[0].from_on, time(9), TOKYO) + timedelta(minutes=n % 480)
    return replace(customer, code=f"{100000 + n * 7:06}", created_at=at, id=uuid7_at(rng, at))


_TERRITORIES = {"fukuoka_metro": ("003110",), "fukuoka_wide": ("003120",), "kumamoto": ("004100",), "nagasaki": ("005100",)}


class _Territory:
    """Who looks after which region; the leaver's customers have gone to the others."""

    def __init__(self, rng: Random, staff: dict[str, Employee], today: date) -> None:
        self.rng, self.today = rng, today
        self.sellers = {
            region: [p for p in staff.values() if p.posts[0].unit in units and p.sells and p.left_on is None]
            for region, units in _TERRITORIES.items()
        }

    def charges(self, region: str) -> tuple[Charge, ...]:
        rng, sellers = self.rng, self.sellers[region]
        main, sub = rng.choices(sellers, [p.sells for p in sellers])[0], rng.choice(sellers)
        since = date(self.today.year - rng.randint(1, 6), rng.choice((4, 10)), 1)
        found = [Charge(main.code, "main", since)]
        if sub is not main and rng.random() < 0.3:
            found.append(Charge(sub.code, "sub", since))
        if rng.random() < 0.15:
            found.append(Charge(rng.choice(firm.ENGINEERS), "sub", since))
        return tuple(found)


def _corporate(rng: Random, count: int) -> list[tuple[str, str, str, str, str]]:
    """Distinct (industry, legal form, name, kana, domain); no name is used twice."""
    stems, trades, seen = _stems(), list(_TRADES), set[str]()
    used: dict[str, int] = {}
    rows: list[tuple[str, str, str, str, str]] = []
    while len(rows) < count:
        industry = rng.choices(trades, [_TRADES[trade][0] for trade in trades])[0]
        _weight, forms, suffixes = _TRADES[industry]
        stem, stem_kana, latin = rng.choice(stems)
        suffix, suffix_kana = rng.choice(_split(suffixes))
        if stem + suffix not in seen:
            seen.add(stem + suffix)
            domain = f"{latin}-{industry[:4]}"
            used[domain] = used.get(domain, 0) + 1
            number = used[domain] if used[domain] > 1 else ""
            rows.append((industry, rng.choice(forms.split()), stem + suffix, stem_kana + suffix_kana, f"{domain}{number}.example.jp"))
    return rows


def _where(rng: Random) -> tuple[str, Place]:
    region = rng.choices(list(REGIONS), (27, 25, 23, 25))[0]
    return region, rng.choice(REGIONS[region])


def _firm(rng: Random, territory: _Territory, today: date, industry: str, form: str, name: str, kana: str, domain: str) -> Customer:
    region, place = _where(rng)
    town = rng.choice(place.towns)
    phones = [Phone(landline(rng, place.area_code), "代表", True)]
    phones += [
        Phone(landline(rng, place.area_code), label, False)
        for label in ("FAX", "工場直通")
        if rng.random() < (0.6 if label == "FAX" else 0.3)
    ]
    table = _DEPARTMENTS["maker" if industry in _MAKERS else "other"].split()
    departments = sorted(rng.sample(table, rng.choice((0, 0, 1, 2, 2, 3))), key=table.index)
    return Customer(
        id=NOT_YET,
        code="",
        created_at=datetime.min.replace(tzinfo=TOKYO),
        corporate=True,
        name=name,
        kana=kana,
        legal_form=form,
        legal_before=form not in ("株式会社", "有限会社") or rng.random() < 0.55,
        industry=industry,
        rank=rng.choices(("A", "B", "C", "P", "D"), (8, 22, 45, 18, 7))[0],
        region=region,
        postal=town.postal,
        prefecture=place.prefecture,
        city=place.city,
        street=town.name + street(rng, town),
        building=rng.choice(_BUILDINGS),
        mail=f"info@{domain}",
        web=f"https://www.{domain}/" if rng.random() < 0.5 else "",
        born_or_founded_on=date(rng.randint(1921, today.year - 3), rng.randint(1, 12), rng.choice((1, 1, 1, 10, 20))),
        phones=tuple(phones),
        departments=tuple(departments),
        staff=territory.charges(region),
    )


def _individual(rng: Random, territory: _Territory, today: date) -> Customer:
    region, place = _where(rng)
    town = rng.choice(place.towns)
    family, given, family_kana, given_kana = names.draw(rng, women=0.25)
    industry = rng.choices(tuple(_TRADES_AT_HOME), (6, 1, 2, 1))[0]
    phones = [Phone(mobile(rng), "携帯", True)]
    if rng.random() < 0.6:
        phones.append(Phone(landline(rng, place.area_code), "自宅", False))
    return Customer(
        id=NOT_YET,
        code="",
        created_at=datetime.min.replace(tzinfo=TOKYO),
        corporate=False,
        name=f"{family} {given}",
        kana=f"{family_kana} {given_kana}",
        legal_form="",
        legal_before=True,
        industry=industry,
        rank=rng.choices(("B", "C", "P", "D"), (1, 6, 2, 1))[0],
        region=region,
        postal=town.postal,
        prefecture=place.prefecture,
        city=place.city,
        street=town.name + street(rng, town),
        building="",
        mail="",
        web="",
        born_or_founded_on=today.replace(day=1) - timedelta(days=rng.randint(30 * 365, 78 * 365)),
        phones=tuple(phones),
        departments=(),
        staff=territory.charges(region),
        note=rng.choice(_TRADES_AT_HOME[industry]),
    )


def _cautioned(rng: Random, found: list[Customer]) -> list[Customer]:
    marked = {
        customer.code: text for customer, text in zip(rng.sample([c for c in found if c.corporate], len(_CAUTIONS)), _CAUTIONS, strict=True)
    }
    return [replace(customer, caution=marked.get(customer.code, "")) for customer in found]
