"""Who a record is reported to, when it is read, and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from crm.demo import firm, logins
from crm.demo.choices import REPLIES
from crm.demo.days import TOKYO, working_day_after
from crm.demo.plan import Answer, Employee, Report

_REPORTED = {
    "won": 0.95,
    "lost": 0.95,
    "complaint": 0.95,
    "quote": 0.7,
    "negotiate": 0.8,
    "trouble": 0.6,
    "first": 0.6,
    "absent": 0.1,
    "supply": 0.15,
    "billing": 0.15,
}
_CANNED = ("confirmed", "confirmed", "confirmed", "thanks", "thanks", "go_ahead", "join", "details")
_PHRASES = {row.code: row.text_ja for row in REPLIES}
_FREE: dict[str, tuple[str, ...]] = {
    "won": (
        "受注おめでとうございます。据付けまで気を抜かずにお願いします。",
        "よく粘りました。決め手は課内で共有してください。",
        "ありがとうございます。工程表ができたら見せてください。",
    ),
    "lost": (
        "残念ですが、理由をはっきり聞けたのは収穫です。半年後に声をかけましょう。",
        "お疲れさまでした。価格差の内訳を次の課内会議で教えてください。",
        "初動をもう少し早くできなかったか、一緒に振り返りましょう。",
    ),
    "complaint": (
        "私からもお詫びの電話を入れておきます。",
        "再発防止の文書は提出前に見せてください。",
        "対応が早くて助かりました。次回は私も伺います。",
    ),
    "quote": (
        "粗利はどのくらいですか。下げる前に相談してください。",
        "保証の延長は有償の保守契約で提案してみてください。",
        "競合の動きが気になります。週明けに状況を教えてください。",
    ),
    "trouble": (
        "部品は予備を1つ多めに手配しておきましょう。",
        "原因の報告書はお客様に出す前に技術で確認します。",
        "夜間の連絡先も先方に伝えておいてください。",
    ),
}
_FREE_ANY = (
    "現場の声がよく分かる報告です。",
    "次回までに補助金の締切を調べておいてください。",
    "社長にもお会いできるよう段取りをお願いします。",
    "同じ業種の導入例を営業企画に頼んでおきます。",
    "了解です。訪問の間隔が空かないようにしましょう。",
    "キーマンは別にいるかもしれません。総務にも当たってみてください。",
    "見積は来週の会議で一緒に見ましょう。",
)


@dataclass
class Reporting:
    """Decides reports; the handful the boss has not read yet are the newest ones."""

    rng: Random
    staff: Mapping[str, Employee]
    today: date
    unread_left: int = 6

    def reports(self, owner: Employee, situation: str, recorded_at: datetime) -> tuple[Report, ...]:
        """The recipients of one record: mostly the head of the section, sometimes the branch manager too."""
        fresh = self._fresh(recorded_at) and logins.BOSS in self._heads(owner)[:1]
        if not fresh and self.rng.random() > _REPORTED.get(situation, 0.4):
            return ()
        heads = self._heads(owner)
        wanted = heads[:1] + (heads[1:2] if self.rng.random() < 0.15 else [])
        return tuple(self._report(head, owner, situation, recorded_at) for head in wanted)

    def _heads(self, owner: Employee) -> list[str]:
        """The heads above this person, nearest first."""
        units = {unit.code: unit for unit in firm.UNITS}
        unit, found = units.get(owner.posts[0].unit), []
        while unit:
            if unit.head != owner.code and unit.head not in found:
                found.append(unit.head)
            unit = units.get(unit.parent)
        return found

    def _report(self, head: str, owner: Employee, situation: str, recorded_at: datetime) -> Report:
        if self._stays_unread(head, recorded_at):
            return Report(head, recorded_at, None)
        read_at = self._read_at(recorded_at)
        if read_at is None and head == logins.BOSS:
            read_at = recorded_at + timedelta(minutes=self.rng.randint(3, 15))
        if read_at is None:
            return Report(head, recorded_at, None)
        answers = self._answers(situation, read_at)
        return Report(head, recorded_at, read_at, bool(answers) or self.rng.random() < 0.3, answers)

    def _stays_unread(self, head: str, recorded_at: datetime) -> bool:
        if head == logins.BOSS and self._fresh(recorded_at) and self.unread_left:
            self.unread_left -= 1
            return True
        return head != logins.BOSS and self.rng.random() < 0.03

    def _fresh(self, recorded_at: datetime) -> bool:
        return recorded_at.date() >= working_day_after(self.today, -2)

    def _read_at(self, told_at: datetime) -> datetime | None:
        """Within the hour, or the next morning; None if that has not come yet."""
        if told_at.hour < 17 and self.rng.random() < 0.6:
            read_at = told_at + timedelta(minutes=self.rng.randint(4, 70))
        else:
            day = working_day_after(told_at.date(), 1)
            read_at = datetime.combine(day, time(8, self.rng.randint(20, 59)), TOKYO)
        return read_at if read_at < datetime.combine(self.today, time(), TOKYO) else None

    def _answers(self, situation: str, read_at: datetime) -> tuple[Answer, ...]:
        at, draw = read_at + timedelta(minutes=self.rng.randint(1, 6)), self.rng.random()
        if draw < 0.35:
            return (Answer(at, _PHRASES[self.rng.choice(_CANNED)]),)
        if draw < 0.5:
            return (Answer(at, self.rng.choice(_FREE.get(situation, _FREE_ANY) + _FREE_ANY[:2])),)
        return ()
