"""How each situation is classified: method, summary and result, with weights."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Situation:
    """Weighted codes of the choice lists."""

    methods: dict[str, int]
    summaries: dict[str, int]
    results: dict[str, int]

    def draw(self, rng: Random) -> tuple[str, str, str]:
        """Draw (method, summary, result)."""
        return _draw(rng, self.methods), _draw(rng, self.summaries), _draw(rng, self.results)


def _draw(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


_TALKS = {"visit": 12, "incoming_visit": 1, "web_meeting": 4}

SITUATIONS: dict[str, Situation] = {
    "first": Situation({"visit": 14, "web_meeting": 2}, {"first_visit": 1}, {"progress": 3, "continued": 2}),
    "hearing": Situation({"visit": 15, "web_meeting": 2}, {"survey": 4, "meeting": 1}, {"progress": 3, "continued": 2}),
    "proposal": Situation(_TALKS, {"proposal": 4, "demonstration": 1}, {"progress": 3, "considering": 2, "continued": 1}),
    "quote": Situation({"visit": 9, "mail": 4, "web_meeting": 2}, {"quote": 1}, {"considering": 4, "progress": 1}),
    "chase": Situation({"call": 8, "mail": 3, "visit": 3}, {"follow_up": 2, "quote": 1}, {"considering": 4, "continued": 2, "progress": 1}),
    "negotiate": Situation({"visit": 10, "call": 2}, {"meeting": 2, "quote": 1}, {"progress": 4, "considering": 1}),
    "won": Situation({"visit": 5, "mail": 2, "call": 2}, {"order": 1}, {"ordered": 1}),
    "lost": Situation({"call": 5, "visit": 3, "mail": 2}, {"follow_up": 1}, {"declined": 1}),
    "delivery": Situation({"visit": 1}, {"delivery": 1}, {"handled": 3, "progress": 1}),
    "regular": Situation(
        {"visit": 12, "incoming_visit": 1, "web_meeting": 1}, {"regular": 5, "information": 1}, {"continued": 5, "progress": 1}
    ),
    "supply": Situation({"call": 9, "mail": 5, "letter": 3}, {"order": 3, "inquiry": 1}, {"ordered": 4, "handled": 2}),
    "trouble": Situation({"visit": 8, "call": 5}, {"follow_up": 2, "inquiry": 1}, {"handled": 3, "continued": 2}),
    "complaint": Situation({"visit": 4, "call": 5}, {"complaint": 1}, {"handled": 2, "continued": 3}),
    "inspection": Situation({"visit": 1}, {"follow_up": 1}, {"handled": 4, "continued": 1}),
    "inquiry": Situation({"call": 8, "mail": 5, "sms": 1}, {"inquiry": 1}, {"handled": 3, "continued": 2, "progress": 1}),
    "greeting": Situation({"visit": 8, "incoming_visit": 2, "letter": 1}, {"greeting": 1}, {"handled": 3, "continued": 2}),
    "billing": Situation({"call": 6, "mail": 4, "visit": 1}, {"billing": 1}, {"handled": 4, "continued": 1}),
    "absent": Situation({"visit": 3, "call": 5}, {"regular": 1, "follow_up": 1}, {"absent": 1}),
    "news": Situation({"visit": 4, "other": 3, "call": 1}, {"information": 1}, {"continued": 1, "handled": 1}),
    "internal": Situation({"other": 1}, {"internal": 1}, {"handled": 1}),
    "private": Situation(
        {"visit": 5, "incoming_visit": 4, "call": 4, "sms": 1},
        {"inquiry": 3, "follow_up": 2},
        {"handled": 2, "continued": 3, "ordered": 1},
    ),
}
