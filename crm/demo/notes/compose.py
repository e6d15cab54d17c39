"""Put a note together: choose sentences, fill their slots, and never write the same note twice."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from string import Formatter

from crm.demo.days import spoken
from crm.demo.notes.dailytalk import DAILY
from crm.demo.notes.dealtalk import PHASES, Talk
from crm.demo.notes.products import BY_INDUSTRY, BY_KEY, GOODS, SITES, Product

TALKS: dict[str, Talk] = PHASES | DAILY
LONGEST = 400
# Situations in which two remarks of one kind do not contradict each other.
_TALKATIVE = {"first", "hearing", "proposal", "quote", "won", "delivery", "regular", "news", "internal"}
_RIVALS = ("大手商社", "地元の管材店", "メーカー直販", "県外の工具商", "ネット通販", "前からの取引先", "県内の機械商社", "設備業者")
_SEASONS = {12: "年末", 1: "年始", 7: "暑中", 8: "残暑", 4: "新年度"}


@dataclass
class Topic:
    """What a string of notes is about, so that the notes of one customer agree with each other."""

    product: Product
    model: str
    site: str
    need: str
    fault: str
    rival: str
    amount_yen: int


@dataclass
class Scene:
    """One note to be written: whom it is about, when, and which day it promises."""

    situation: str
    method: str
    topic: Topic
    who: str
    day: date
    next_on: date | None
    cast: dict[str, str]  # mate, tech, clerk, acct, chief


def new_topic(rng: Random, industry: str, *, installed: bool = False, small: bool = False) -> Topic:
    """Draw what a customer of this industry is interested in; `installed` leaves out what is bought by the piece, `small` what only firms can afford."""
    product = BY_KEY[rng.choice([key for key in BY_INDUSTRY[industry] if not (installed and key in GOODS)])]
    low, high = (product.price[0] // 3 + 1, product.price[0]) if small else product.price
    return Topic(
        product=product,
        model=rng.choice(product.models),
        site=rng.choice(SITES.get(industry, product.sites)),
        need=rng.choice(product.needs),
        fault=rng.choice(product.faults),
        rival=rng.choice(_RIVALS),
        amount_yen=rng.randint(low * 10, high * 10) // (5 if high > 100 else 1) * (5 if high > 100 else 1) * 1000,
    )


@dataclass
class Scribe:
    """Writes notes; remembers what was written."""

    rng: Random
    written: set[str] = field(default_factory=set)

    def note(self, scene: Scene, style: int) -> str:
        """Write one note of 40 to 400 characters that was not written before."""
        for _ in range(50):
            text = _join([self._fill(line, scene) for line in self._sentences(scene)], style)
            if text not in self.written and 40 <= len(text) <= LONGEST:
                break
        else:
            raise RuntimeError(f"nothing new to say about {scene.situation}")
        self.written.add(text)
        return text

    def _sentences(self, scene: Scene) -> list[str]:
        """One or two sentences from each part of the talk; sometimes the later parts are left out."""
        rng, talk = self.rng, TALKS[scene.situation]
        more = 2 if scene.situation in _TALKATIVE and rng.random() < 0.5 else 1
        chosen = self._some(talk[0], 1, scene) + self._some(talk[1], more, scene)
        if len(talk) == 3 or rng.random() < 0.8:
            chosen += self._some(talk[2], more, scene)
        chosen += self._aside(scene)
        if len(talk) > 3 and rng.random() < 0.9:
            chosen += self._some(talk[3], 1, scene)
        return chosen

    def _aside(self, scene: Scene) -> list[str]:
        """Now and then something else that was heard or done on a visit."""
        draw = self.rng.random()
        if scene.method != "visit" or scene.situation == "absent" or draw > 0.12:
            return []
        return (
            ["📷 写真は共有フォルダに保存済み。"] if draw < 0.02 else [f"別件: {line}" for line in self._some(DAILY["news"][1], 1, scene)]
        )

    def _some(self, part: tuple[str, ...], count: int, scene: Scene) -> list[str]:
        """Choose sentences that fit the method and promise no day where none is set; they keep their order."""
        split = [(i, *_tagged(line)) for i, line in enumerate(part)]
        fitting = [
            (i, text) for i, methods, text in split if (not methods or scene.method in methods) and (scene.next_on or "{next}" not in text)
        ]
        chosen = sorted(self.rng.sample(fitting, min(count, len(fitting))))
        return [text for _i, text in chosen if text]

    def _fill(self, line: str, scene: Scene) -> str:
        wanted = dict.fromkeys(name for _text, name, _spec, _conversion in Formatter().parse(line) if name)
        return line.format(**{name: self._slot(name, scene) for name in wanted})

    def _slot(self, name: str, scene: Scene) -> str:
        topic, rng = scene.topic, self.rng
        known = {
            "who": scene.who,
            "product": topic.product.name,
            "model": topic.model,
            "site": topic.site,
            "need": topic.need,
            "fault": topic.fault,
            "rival": topic.rival,
            "next": spoken(scene.next_on or scene.day + timedelta(days=7)),
            "season": _SEASONS.get(scene.day.month, "季節"),
            **scene.cast,
        }
        return known[name] if name in known else self._number(rng, name, scene)

    @staticmethod
    def _number(rng: Random, name: str, scene: Scene) -> str:
        if name in ("yen", "about"):
            return yen(rng, scene.topic.amount_yen, rounded=name == "about")
        if name == "month":
            return f"{(scene.day + timedelta(days=rng.randint(32, 150))).month}月"
        if name in ("fact", "part"):
            return rng.choice(scene.topic.product.facts if name == "fact" else scene.topic.product.parts)
        return str(rng.choice({"qty": (2, 3, 4, 5, 6, 8), "weeks": (4, 5, 6, 8, 10, 12), "hours": (8, 10, 16, 20, 24)}[name]))


def yen(rng: Random, amount: int, *, rounded: bool = False) -> str:
    """An amount the way sellers write it: 284万円, 約280万円 or 2,840,000円."""
    if amount < 200_000:
        return f"{amount // 10_000 or 1}万円" if rounded else f"{amount:,}円"
    if rounded:
        return f"{amount // 100_000 * 10:,}万円"
    return rng.choice((f"{amount // 10_000:,}万円", f"約{amount // 100_000 * 10:,}万円", f"{amount:,}円"))


def _tagged(line: str) -> tuple[list[str], str]:
    """Split "[visit call] text" into the methods it fits and the text; no methods means any."""
    if not line.startswith("["):
        return [], line
    methods, text = line[1:].split("] ", 1)
    return methods.split(), text


def _join(lines: list[str], style: int) -> str:
    """Every seller has a way of writing: in one go, line by line, with bullets, with headings, or with the next step set apart."""
    if style == 1:
        return "\n".join(lines)
    if style == 2:
        return "\n".join(f"・{line.rstrip('。')}" for line in lines)
    if style == 4 and len(lines) > 4:
        return f"【概要】{lines[0]}\n【状況】{''.join(lines[1:-1])}\n【今後】{lines[-1]}"
    if style == 3 and len(lines) > 2:
        return "".join(lines[:-1]) + f"\n→ {lines[-1]}"
    return "".join(lines)
