"""The coming two weeks: visits, meetings, days off, and the odd appointment that was called off."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from crm.demo import firm, logins
from crm.demo.days import TOKYO, is_working_day, uuid7_at, working_day_after, working_days
from crm.demo.deals import Course
from crm.demo.desk import Desk
from crm.demo.diary import Diary
from crm.demo.notes.situations import SITUATIONS
from crm.demo.plan import COMPANY, Appointment, Audience, Contact, Employee

DAYS = 14
_CANCELLED = ("先方の急用のため", "工程が延びたため", "体調不良のため", "台風接近のため", "担当者の異動のため")
_REGULAR = ("regular", "regular", "inspection", "inquiry", "hearing", "proposal", "quote", "negotiate", "greeting")
# Titles a calendar has to survive: very long ones, emoji, quotes and signs that mean something to machines.
_ODD_TITLES = (
    "🎉 創立60周年記念式典（受付担当は17:30集合）",
    "🚚 搬入立会い（雨天順延☔）",
    "省エネ型生産設備導入補助金に関するメーカー・商社・自治体合同説明会および個別相談会（会場: 市民文化ホール 大会議室／駐車場は先着順のため公共交通機関でお越しください）",
    '"至急" 見積もり見直し & 納期調整 <仮>',
    "健康診断🏥（朝食抜き）",
    "オンライン商談／デモ①②③",
)


class Ahead:
    """Books what lies ahead for everybody who still works here."""

    def __init__(self, desk: Desk, diary: Diary) -> None:
        self.desk, self.diary, self.rng = desk, diary, desk.rng
        self.days = list(working_days(desk.today, desk.today + timedelta(days=DAYS)))

    def after(self, course: Course, last: Contact) -> tuple[Contact, Appointment] | None:
        """The next appointment of a deal still open, booked when its last contact was recorded."""
        if course.deal.closed_on is not None or self.rng.random() < 0.35:
            return None
        method, summary, _result = SITUATIONS["chase" if last.summary == "quote" else "hearing"].draw(self.rng)
        booked = self._with_customer(self.desk.staff[last.owner], self.rng.choice(self.days[1:]), method, summary, last.recorded_at)
        booked = replace(
            booked,
            customer=last.customer,
            department=last.department,
            person=last.person,
            deal=last.deal,
            audience=last.audience,
            recorder=last.recorder,
        )
        return replace(last, next_appointment=booked.id), booked

    def today(self) -> Iterator[Appointment]:
        """Two visits of the seller one logs in as; on a day off, work on a site that can only be done then."""
        seller, today = self.desk.staff[logins.SELLER], self.desk.today
        if is_working_day(today):
            yield self._visit(seller, today)
            yield self._visit(seller, today)
            return
        site = replace(self._visit(seller, today), method="visit", summary="delivery", summary_note="休日工事の立会い（搬入・試運転）")
        starts_at = datetime.combine(today, time(10), TOKYO)
        yield replace(
            site,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            status="confirmed",
            cancel_reason="",
            direct="both",
            audience=COMPANY,
        )

    def visits(self) -> Iterator[Appointment]:
        """Visits and calls of all sellers; the fuller the calendar, the sooner the day."""
        for person in self.desk.staff.values():
            if person.left_on is None and person.sells:
                yield from self._visits_of(person)

    def meetings(self) -> Iterator[Appointment]:
        """Each section meets on the first working day of the week; the company has its own dates."""
        sections = [unit for unit in firm.UNITS if unit.kind == "section"]
        for section in sections:
            members = tuple(code for code in self._members(section.code) if code != section.head)
            for day in self.days:
                if day.weekday() == 0:
                    yield self._own(section.head, day, time(8, 40), 35, f"{section.name} 週初ミーティング", members)
        yield from self._company_dates()

    def days_off(self) -> Iterator[Appointment]:
        """Holidays that only the own section sees."""
        for person in self.rng.sample([p for p in self.desk.staff.values() if p.left_on is None], 7):
            day = self.rng.choice(self.days)
            audience = Audience(units=(person.posts[0].unit,))
            yield replace(self._own(person.code, day, None, 0, "有給休暇", ()), audience=audience)

    def odd_ones(self) -> Iterator[Appointment]:
        """Titles that break sloppy calendars."""
        for title, code in zip(_ODD_TITLES, ("10301", "10301", "10136", "10305", "10286", "10229"), strict=True):
            day, whole_day = self.rng.choice(self.days[1:]), "健康診断" in title
            yield self._own(code, day, None if whole_day else time(self.rng.choice((11, 15, 17)), 30), 60, title, ())

    def _visits_of(self, person: Employee) -> Iterator[Appointment]:
        for day in self.days:
            chance = 0.75 * person.sells if (day - self.desk.today).days < 7 else 0.4 * person.sells
            for _ in range(2):
                if self.rng.random() < chance * 0.6:
                    yield self._visit(person, day)

    def _visit(self, person: Employee, day: date) -> Appointment:
        customer = self.rng.choice(self.diary.own[person.code])
        method, summary, _result = SITUATIONS[self.rng.choice(_REGULAR)].draw(self.rng)
        booked_on = working_day_after(self.desk.today, -self.rng.randint(1, 12))
        booked = self._with_customer(person, day, method, summary, self.desk.free_moment(person.code, booked_on))
        counterpart, topic = self.diary.person(customer, day), self.diary.topic(customer)
        draw = self.rng.random()
        status = "cancelled" if draw < 0.05 else "tentative" if draw < 0.17 else "confirmed"
        return replace(
            booked,
            customer=customer.code,
            department=counterpart.department if counterpart else "",
            person=counterpart.key if counterpart else None,
            summary_note=f"{topic.product.name}の件" if self.rng.random() < 0.5 else "",
            content=f"持参: {topic.model}のカタログ、{topic.product.parts[0]}の単価表" if self.rng.random() < 0.3 else "",
            place=f"{customer.city}{customer.street}" if method == "visit" and self.rng.random() < 0.6 else "",
            status=status,
            cancel_reason=self.rng.choice(_CANCELLED) if status == "cancelled" else "",
            audience=self.desk.audience(person),
            participants=(self.rng.choice(self.desk.colleagues(person)),) if self.rng.random() < 0.12 else (),
        )

    def _with_customer(self, person: Employee, day: date, method: str, summary: str, created_at: datetime) -> Appointment:
        starts_at = self.desk.free_moment(person.code, day)
        minutes = self.rng.choice((15, 30) if method in ("call", "mail") else (30, 60, 60, 90))
        return Appointment(
            id=uuid7_at(self.rng, created_at),
            owner=person.code,
            recorder=person.code,
            customer=None,
            department="",
            person=None,
            deal=None,
            method=method,
            summary=summary,
            summary_note="",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            created_at=created_at,
            direct=self._direct(method, starts_at),
        )

    def _direct(self, method: str, at: datetime) -> str:
        both = method == "visit" and self.rng.random() < 0.04
        return "both" if both else self.desk.direct(method, at)

    def _own(self, owner: str, day: date, at: time | None, minutes: int, title: str, members: tuple[str, ...]) -> Appointment:
        starts_at = datetime.combine(day, at or time(), TOKYO)
        created_at = datetime.combine(working_day_after(self.desk.today, -9), time(9, 10), TOKYO)
        return Appointment(
            id=uuid7_at(self.rng, created_at),
            owner=owner,
            recorder=owner,
            customer=None,
            department="",
            person=None,
            deal=None,
            method="other",
            summary="internal",
            summary_note=title,
            starts_at=starts_at,
            ends_at=starts_at + (timedelta(minutes=minutes) if at else timedelta(days=1)),
            created_at=created_at,
            all_day=at is None,
            audience=COMPANY,
            participants=members,
        )

    def _company_dates(self) -> Iterator[Appointment]:
        first, later = self.days[min(3, len(self.days) - 1)], self.days[-2]
        yield self._own("10105", first, time(13, 30), 90, "営業企画会議（来期の重点商品）", ("10110", "10112", "10114", "10218"))
        yield self._own("10001", later, time(9, 0), 120, "支店長会議", ("10102", "10105", "10110", "10112", "10114"))
        yield replace(
            self._own("10218", later, None, 0, "産業機器展 出展（2日間）", ("10301", "10233")),
            ends_at=datetime.combine(later, time(), TOKYO) + timedelta(days=2),
        )
        yield self._own("10102", self.days[-1], None, 0, "棚卸し（各支店）", ())

    def _members(self, unit: str) -> list[str]:
        return [
            p.code
            for p in self.desk.staff.values()
            if any(post.unit == unit and post.from_on <= self.desk.today for post in p.posts) and p.left_on is None
        ]
