"""What the demo company consists of: frozen records that refer to each other by code, not by row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID


@dataclass(frozen=True)
class Unit:
    code: str
    name: str
    kana: str
    name_en: str
    kind: str  # division, branch or section
    parent: str
    head: str
    order: int


@dataclass(frozen=True)
class Post:
    """A post in a unit; `until_on` is its last day, None while it lasts."""

    unit: str
    title: str
    primary: bool
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Employee:
    code: str
    family: str
    given: str
    family_kana: str
    given_kana: str
    mail: str
    phone: str
    posts: tuple[Post, ...]
    language: str = "ja"
    left_on: date | None = None
    sells: float = 0.0  # share of the contact records this person writes

    @property
    def name(self) -> str:
        return f"{self.family} {self.given}"


@dataclass(frozen=True)
class Group:
    code: str
    name: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Proxy:
    """`by` may enter records for `principal` (代理入力)."""

    principal: str
    by: str
    from_on: date
    until_on: date | None = None


@dataclass(frozen=True)
class Audience:
    """Who may read a record besides the people named on it; the empty audience is nobody else."""

    company: bool = False
    units: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()


COMPANY = Audience(company=True)


@dataclass(frozen=True)
class Phone:
    number: str
    label: str
    primary: bool


@dataclass(frozen=True)
class Charge:
    """One of our people in charge of a customer; `role` is main or sub."""

    employee: str
    role: str
    from_on: date


@dataclass(frozen=True)
class Customer:
    id: UUID
    code: str
    created_at: datetime
    corporate: bool
    name: str
    kana: str
    legal_form: str
    legal_before: bool
    industry: str
    rank: str
    region: str
    postal: str
    prefecture: str
    city: str
    street: str
    building: str
    mail: str
    web: str
    born_or_founded_on: date | None
    phones: tuple[Phone, ...]
    departments: tuple[str, ...]
    staff: tuple[Charge, ...]
    caution: str = ""
    note: str = ""
    audience: Audience = COMPANY

    @property
    def seller(self) -> str:
        return self.staff[0].employee


@dataclass(frozen=True)
class Person:
    id: UUID
    key: int
    customer: str
    department: str
    family: str
    given: str
    family_kana: str
    given_kana: str
    title: str
    role: str
    phone: str
    mail: str
    left_on: date | None = None

    @property
    def called(self) -> str:
        """The way a colleague writes about this person: 山口課長, 山口様."""
        return f"{self.family}{_SHORT_TITLES.get(self.title, self.title)}" if self.title in _SPOKEN else f"{self.family}様"


_SHORT_TITLES = {"代表取締役社長": "社長", "代表取締役": "社長", "専務取締役": "専務", "常務取締役": "常務"}
_SPOKEN = {
    *_SHORT_TITLES,
    "工場長",
    "部長",
    "次長",
    "課長",
    "課長代理",
    "係長",
    "主任",
    "所長",
    "店長",
    "事務長",
    "施設長",
    "組合長",
    "理事",
    "理事長",
    "看護部長",
    "支配人",
    "料理長",
    "教頭",
}


@dataclass(frozen=True)
class Deal:
    id: UUID
    key: int
    customer: str
    name: str
    person: int
    owner: str
    stage: str
    amount_yen: int
    opened_on: date
    expected_on: date
    closed_on: date | None
    competitor: str = ""
    lost_reason: str = ""
    audience: Audience = COMPANY


@dataclass(frozen=True)
class Answer:
    """A reply to a report, canned or free."""

    at: datetime
    text: str


@dataclass(frozen=True)
class Report:
    """One person a record is reported to, when that was told, first read, confirmed and answered."""

    to: str
    told_at: datetime | None
    read_at: datetime | None
    confirmed: bool = False
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True)
class Expense:
    kind: str
    from_place: str
    to_place: str
    amount_yen: int
    round_trip: bool = True


@dataclass(frozen=True)
class Contact:
    id: UUID
    number: int | None  # drafts have none
    owner: str
    recorder: str
    customer: str | None
    department: str
    person: int | None
    deal: int | None
    method: str
    result: str
    summary: str
    summary_note: str
    content: str
    starts_at: datetime
    ends_at: datetime | None
    timed: bool
    recorded_at: datetime
    audience: Audience = COMPANY
    draft: bool = False
    direct: str = ""
    participants: tuple[str, ...] = ()
    visitors: tuple[int, ...] = ()  # persons of the customer beside the main one
    expenses: tuple[Expense, ...] = ()
    reports: tuple[Report, ...] = ()
    appointment: UUID | None = None  # the one this record fulfils
    next_appointment: UUID | None = None


@dataclass(frozen=True)
class Appointment:
    id: UUID
    owner: str
    recorder: str
    customer: str | None
    department: str
    person: int | None
    deal: int | None
    method: str
    summary: str
    summary_note: str
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    all_day: bool = False
    status: str = "confirmed"  # tentative, confirmed, done or cancelled
    cancel_reason: str = ""
    direct: str = ""  # empty, to, from or both
    place: str = ""
    content: str = ""
    audience: Audience = COMPANY
    participants: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asset:
    """An installed product or a vehicle of a customer."""

    id: UUID
    customer: str
    recorder: str
    type: str
    name: str
    entered_on: date
    model: str = ""
    serial: str = ""
    plate: str = ""
    quantity: int = 1
    installed_on: date | None = None
    inspection_due_on: date | None = None
    next_service_on: date | None = None


@dataclass(frozen=True)
class Contract:
    id: UUID
    customer: str
    recorder: str
    employee: str
    type: str
    name: str
    number: str
    entered_on: date
    starts_on: date
    ends_on: date
    auto_renews: bool
    amount_yen: int | None


@dataclass(frozen=True)
class Strategy:
    """An account plan. targets: customer and planned contacts. actions: what to do and how often."""

    id: UUID
    owner: str
    name: str
    goal: str
    starts_on: date
    ends_on: date
    entered_on: date
    targets: tuple[tuple[str, int], ...]
    actions: tuple[tuple[str, int], ...]
    audience: Audience = COMPANY


@dataclass(frozen=True)
class Info:
    """Collected information, or a customer's voice, with the contact at which it was heard."""

    id: UUID
    contact: UUID
    owner: str
    customer: str
    voice: bool
    kind: str
    importance: str
    title: str
    text: str
    collected_on: date
    entered_at: datetime
    audience: Audience = COMPANY


@dataclass(frozen=True)
class DemoCompany:
    """The whole firm on one day."""

    units: Sequence[Unit]
    employees: Sequence[Employee]
    groups: Sequence[Group]
    proxies: Sequence[Proxy]
    customers: Sequence[Customer]
    people: Sequence[Person]
    deals: Sequence[Deal]
    contacts: Sequence[Contact]
    appointments: Sequence[Appointment]
    assets: Sequence[Asset] = ()
    contracts: Sequence[Contract] = ()
    strategies: Sequence[Strategy] = ()
    infos: Sequence[Info] = ()
