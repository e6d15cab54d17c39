"""Ten account plans, and eighty things heard: fifty from the market, thirty from customers themselves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from crm.demo import logins
from crm.demo.days import TOKYO, uuid7_at
from crm.demo.plan import Audience, Contact, Customer, Employee, Info, Strategy

STRATEGIES, INFOS, VOICES = 10, 50, 30

_AIMS: tuple[tuple[str, str, tuple[tuple[str, int], ...]], ...] = (
    (
        "重点顧客の定期訪問",
        "月に一度は必ず顔を出し、更新計画を先に聞く。",
        (("設備の老朽度の聞き取り", 6), ("提案書の提出", 3), ("上司の同行訪問", 2)),
    ),
    ("更新需要の掘り起こし", "導入から十年を過ぎた設備の入替えを二割決める。", (("稼働状況の点検", 8), ("省エネ試算の提示", 4))),
    ("保守契約の拡大", "スポット修理のお客様に年間保守をご案内する。", (("無償点検のご案内", 10), ("契約書の説明", 4))),
    ("休眠顧客の掘り起こし", "一年以上お取引のない先に、もう一度伺う。", (("近況伺いの電話", 12), ("カタログのお届け", 8))),
    (
        "新工場・新店舗への提案",
        "計画の段階から入り、設計に当社の型式を入れていただく。",
        (("設計事務所への訪問", 4), ("工場見学のご案内", 2)),
    ),
)
_HEARD: tuple[tuple[str, str, str, str], ...] = (
    (
        "competitor",
        "high",
        "競合が保守料を{n}%下げて提案中",
        "更新の相見積で、先方の保守料は当社より{n}%安いとのこと。内容の違いを整理して次回示す。",
    ),
    ("competitor", "normal", "競合の担当者が交代", "前任は退職。後任はまだ一度しか来ていないそうで、今が訪問の機会。"),
    ("competitor", "normal", "競合の納期が{n}か月待ち", "部品の手配が遅れており、当社の在庫品に関心を示された。"),
    ("market", "normal", "電気料金 {n}% の値上げで省エネ投資を前倒し", "来期に予定していた更新を今期に早めたいという声が増えている。"),
    ("market", "normal", "近隣の工業団地に新しい区画（{n}社が検討中）", "来春に分譲開始。すでに{n}社が問い合わせているとのこと。"),
    ("market", "low", "補助金の説明会が{n}日にある", "対象は来年3月までの設置分。案内文を送る約束をした。"),
    ("market", "high", "親会社が設備の標準機種を見直し中", "年内に候補を3社に絞る。仕様書の入手が要る。"),
    ("need", "normal", "人手不足で夜間{n}時間の無人運転を検討", "まずは一工程から試したい。"),
    ("need", "high", "{n}億円規模の新工場を計画", "敷地は確保済み。稟議は1月、設備の選定は春から。"),
    ("need", "normal", "騒音対策の相談（目標 {n} dB 減）", "隣に住宅が建ち、夜間の運転音が課題になっている。"),
    ("need", "low", "倉庫の照明{n}0台をまとめて替えたい", "台数は{n}0ほど。現場を見てから概算を出す。"),
)
_SAID: tuple[tuple[str, str, str, str], ...] = (
    ("praise", "normal", "故障から{n}時間で来てくれて助かった", "その日のうちに直っていた。ほかの業者では考えられない、とのお言葉。"),
    ("praise", "low", "説明がわかりやすい", "図で示してくれるので社内の説明にそのまま使えた。"),
    ("request", "normal", "点検の日を選べるようにしてほしい", "繁忙期を避けたい。年に二回、候補日を先に出してほしい。"),
    ("request", "normal", "{n}拠点の請求書をまとめてほしい", "本社へ一通にできないか。"),
    ("request", "low", "取扱説明書を動画で見たい（新人{n}名）", "紙では伝わらない。"),
    ("complaint", "high", "部品の納期が{n}日遅れた", "遅れる前に一報がほしい。次も続くなら他社も考える。"),
    ("complaint", "normal", "電話が{n}回かけてもつながらなかった", "夕方は特につながりにくいとのこと。"),
    ("complaint", "normal", "{n}年で担当者が二度替わった", "引き継ぎをしっかりしてほしい。"),
    ("voice", "low", "来月から事務所が二階に移る", "次からは二階の受付へ、とのこと。"),
)


def strategies(rng: Random, staff: dict[str, Employee], customers: Sequence[Customer], today: date) -> list[Strategy]:
    """Plans of the half years: one ended, most running, two to come; the seller one logs in as has two of them."""
    by_seller: dict[str, list[Customer]] = {}
    for customer in customers:
        if customer.rank in "ABC" and customer.corporate:
            by_seller.setdefault(customer.seller, []).append(customer)
    able = sorted((code for code, own in by_seller.items() if len(own) >= 6 and staff[code].left_on is None), key=str)
    others = rng.sample([code for code in able if code != logins.SELLER], STRATEGIES - 2)
    return [_strategy(rng, n, code, by_seller[code], staff[code], today) for n, code in enumerate([logins.SELLER, *others, logins.SELLER])]


def _strategy(rng: Random, n: int, owner: str, customers: list[Customer], seller: Employee, today: date) -> Strategy:
    starts, ends = _half_year(today, {1: -1, 8: 1, 9: 1}.get(n, 0))
    name, goal, actions = _AIMS[n % len(_AIMS)]
    chosen = rng.sample(customers, min(len(customers), rng.randint(5, 8)))
    entered = min(starts, today - timedelta(days=2))
    half = "上期" if starts.month == 4 else "下期"
    return Strategy(
        id=uuid7_at(rng, datetime.combine(entered, time(9), TOKYO)),
        owner=owner,
        name=f"{starts.year}年度{half} {name}",
        goal=goal,
        starts_on=starts,
        ends_on=ends,
        entered_on=entered,
        targets=tuple((customer.code, rng.randint(2, 8)) for customer in chosen),
        actions=actions,
        audience=Audience(units=(seller.posts[0].unit,)) if n % 4 == 3 else Audience(company=True),
    )


def _half_year(today: date, away: int) -> tuple[date, date]:
    """Return the first and last day of the fiscal half year this many halves away."""
    halves = today.year * 2 + (1 if 4 <= today.month < 10 else 2 if today.month >= 10 else 0) - 1 + away
    year, second = divmod(halves, 2)
    return (date(year, 10, 1), date(year + 1, 3, 31)) if second else (date(year, 4, 1), date(year, 9, 30))


def infos(rng: Random, contacts: Sequence[Contact], today: date) -> list[Info]:
    """What was heard at contacts of the last half year, each with the record it came from and read by the same people."""
    since = today - timedelta(days=180)
    heard = [one for one in contacts if one.customer and not one.draft and one.starts_at.date() >= since]
    chosen = rng.sample(heard, INFOS + VOICES)
    return [_info(rng, contact, voice=n >= INFOS) for n, contact in enumerate(chosen)]


def _info(rng: Random, contact: Contact, *, voice: bool) -> Info:
    kind, importance, title, text = rng.choice(_SAID if voice else _HEARD)
    number = rng.randint(2, 9)
    return Info(
        id=uuid7_at(rng, contact.recorded_at),
        contact=contact.id,
        owner=contact.owner,
        customer=contact.customer or "",
        voice=voice,
        kind=kind,
        importance=importance,
        title=title.format(n=number),
        text=text.format(n=number),
        collected_on=contact.starts_at.date(),
        entered_at=contact.recorded_at,
        audience=contact.audience,
    )
