"""The form of an account plan with its targets and actions, and what may be asked of their list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.actions.plans import ActionLine, TargetLine
from crm.audience import Audience, may_set_audience
from crm.doors import look_through
from crm.fields import CleanCharField, CleanTextField, JapaneseDateField, JapaneseIntegerField
from crm.forms.audience import AudienceField
from crm.forms.choosing import CustomerChoice, UserChoice
from crm.forms.conflict import Difference, differences
from crm.forms.lists import RETIRED, ListForm
from crm.models import AccountPlan, Customer, PlanAction, PlanTarget, User

PLAIN = ("version", "name", "starts_on", "ends_on", "goal")
MOST_LINES = 100
MOST_PLANNED = 9_999
END_FIRST = _("The end lies before the start.")


class PlanForm(forms.Form):
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    name = CleanCharField(label=_("Plan name"), max_length=120)
    starts_on = JapaneseDateField(label=_("Plan start"))
    ends_on = JapaneseDateField(label=_("Plan end"))
    owner = UserChoice(label=_("Owner"))
    goal = CleanTextField(label=_("Goal"), required=False, widget=forms.Textarea(attrs={"rows": 4}))
    audience = AudienceField()

    def __init__(self, data: Any = None, *, viewer: User, plan: AccountPlan | None = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=values_of(plan) if plan else {"owner": viewer.pk, **(initial or {})})
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.working() | User.objects.filter(pk=plan.owner_id if plan else None)
        if plan and not may_set_audience(viewer, plan):
            del self.fields["audience"]
        look_through(self, viewer)

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        starts, ends = said.get("starts_on"), said.get("ends_on")
        if starts and ends and ends < starts:
            self.add_error("ends_on", END_FIRST)
        return said

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


def values_of(plan: AccountPlan) -> dict[str, Any]:
    """Return a plan as its form shows it."""
    return {**{name: getattr(plan, name) for name in PLAIN}, "owner": plan.owner_id, "audience": Audience.of(plan.scope)}


def planned_field(label: Any) -> JapaneseIntegerField:
    return JapaneseIntegerField(label=label, required=False, at_least=0, at_most=MOST_PLANNED, initial=1)


class LineCustomer(CustomerChoice):
    """The customer of one line. Those of all lines are looked up together: a hundred lines ask no hundred questions."""

    known: Mapping[str, Customer] = {}

    def know(self, known: Mapping[str, Customer]) -> None:
        widget: Any = self.widget
        self.known = widget.known = known

    def to_python(self, value: Any) -> Customer | None:
        found: Customer | None = self.known.get(str(value)) or super().to_python(value)
        return found


class TargetRow(forms.Form):
    customer = LineCustomer(required=False)
    planned = planned_field(_("Planned contacts"))

    def line(self) -> TargetLine | None:
        customer = self.cleaned_data.get("customer")
        return TargetLine(customer=customer, planned=_count(self.cleaned_data.get("planned"))) if customer else None


class ActionRow(forms.Form):
    what = CleanCharField(label=pgettext_lazy("plan", "What to do"), max_length=120, required=False)
    planned = planned_field(_("Planned times"))

    def line(self) -> ActionLine | None:
        what = self.cleaned_data.get("what")
        return ActionLine(what=what, planned=_count(self.cleaned_data.get("planned"))) if what else None


def _count(planned: int | None) -> int:
    return 1 if planned is None else planned


ROWS: dict[str, Any] = {"targets": TargetRow, "actions": ActionRow}
HEADINGS = {"targets": _("Target customers"), "actions": pgettext_lazy("plan", "Actions")}


class PlanForms:
    """The plan's form and the forms of its lines, read and answered as one."""

    def __init__(self, data: Any = None, *, viewer: User, plan: AccountPlan | None = None, initial: dict[str, Any] | None = None) -> None:
        self.viewer, self.plan = viewer, plan
        self.form = PlanForm(data, viewer=viewer, plan=plan, initial=initial)
        first = {"targets": [{"customer": initial["customer"]}] if initial and initial.get("customer") else []}
        standing = lines_standing(plan, viewer) if plan else first
        self.lines: dict[str, Any] = {name: self._rows(name, data, standing.get(name, []), new=plan is None) for name in ROWS}
        self._know_customers()

    def _rows(self, name: str, data: Any, standing: list[dict[str, Any]], *, new: bool) -> Any:
        made = forms.formset_factory(
            ROWS[name],
            extra=1 if new and not standing else 0,
            can_delete=True,
            max_num=MOST_LINES,
            absolute_max=MOST_LINES + 5,
            validate_max=True,
        )
        sent = data if data is not None and f"{name}-TOTAL_FORMS" in data else None
        return made(sent, prefix=name, initial=standing)

    def _know_customers(self) -> None:
        rows = [*self.lines["targets"].forms, self.blank["targets"]]
        known = {str(one.pk): one for one in customers_seen([row["customer"].value() for row in rows], self.viewer)}
        for row in rows:
            look_through(row, self.viewer)
            row.fields["customer"].know(known)

    @cached_property
    def blank(self) -> dict[str, Any]:
        """The rows that a script copies."""
        return {name: rows.empty_form for name, rows in self.lines.items()}

    def is_valid(self) -> bool:
        return all([self.form.is_valid(), *(rows.is_valid() for rows in self.lines.values() if rows.is_bound), self._is_once_each()])

    def _is_once_each(self) -> bool:
        """Refuse a customer that stands in two lines."""
        seen: set[Any] = set()
        for row in self._kept("targets"):
            customer = row.cleaned_data.get("customer")
            if customer and customer.pk in seen:
                row.add_error("customer", _("This customer is already among the targets."))
            seen.add(customer.pk if customer else None)
        return not any(row.errors for row in self._kept("targets"))

    @property
    def has_errors(self) -> bool:
        return bool(self.form.errors) or any(
            rows.is_bound and (not rows.is_valid() or any(row.errors for row in rows.forms)) for rows in self.lines.values()
        )

    def values(self) -> dict[str, Any]:
        """Return what the actions take; lines that were not sent stay as they are."""
        sent = {name: self._lines(name) for name, rows in self.lines.items() if rows.is_bound or self.plan is None}
        return self.form.values() | sent

    def _kept(self, name: str) -> list[Any]:
        rows = self.lines[name]
        if not rows.is_bound:
            return []
        return [row for row in rows.forms if getattr(row, "cleaned_data", None) and not row.cleaned_data.get("DELETE")]

    def _lines(self, name: str) -> list[Any]:
        return [line for row in self._kept(name) if (line := row.line()) is not None]

    def against(self, current: AccountPlan) -> list[Difference]:
        """Return what differs from the plan as it stands now."""
        found = differences(self.form, values_of(current))
        standing = lines_standing(current, self.viewer)
        names = {str(row.pk): str(row) for row in customers_seen([line["customer"] for line in standing["targets"]], self.viewer)}
        theirs = {
            "targets": [f"{names[str(line['customer'])]} {line['planned']}" for line in standing["targets"]],
            "actions": [f"{line['what']} {line['planned']}" for line in standing["actions"]],
        }
        mine = {
            "targets": [f"{line.customer} {line.planned}" for line in self._lines("targets")],
            "actions": [f"{line.what} {line.planned}" for line in self._lines("actions")],
        }
        for name, heading in HEADINGS.items():
            if mine[name] != theirs[name]:
                found.append(Difference(str(heading), "\n".join(theirs[name]), "\n".join(mine[name])))
        return found


def customers_seen(keys: Iterable[Any], viewer: User) -> list[Customer]:
    """Return those of these customers that the viewer may see, with one query; what is no key is passed over."""
    field = CustomerChoice(required=False)
    field.look(viewer)
    widget: Any = field.widget
    found: list[Customer] = widget.found([str(key) for key in dict.fromkeys(keys) if key])
    return found


def lines_standing(plan: AccountPlan, viewer: User) -> dict[str, list[dict[str, Any]]]:
    """Return the lines of a plan as their forms show them, as far as the viewer may see them."""
    targets = PlanTarget.objects.seen_by(viewer).prefetch_related(None).filter(plan=plan).values("customer", "planned")
    actions = PlanAction.objects.visible_to(viewer).filter(plan=plan).order_by("place", "pk").values("what", "planned")
    return {"targets": list(targets), "actions": list(actions)}


STATES = [("", _("All")), ("running", _("Running")), ("coming", _("Not begun")), ("ended", _("Ended"))]


class PlanList(ListForm):
    orders: ClassVar[dict[str, list[str]]] = {
        "changed": ["-updated_at", "-pk"],
        "end": ["ends_on", "pk"],
        "start": ["-starts_on", "-pk"],
    }
    sort = forms.ChoiceField(
        required=False,
        label=_("Order"),
        choices=[("changed", _("Last changed")), ("end", _("By end of the period")), ("start", _("Latest start first"))],
    )
    state = forms.ChoiceField(required=False, label=_("State"), choices=STATES)
    customer = CustomerChoice(required=False)
    owner = UserChoice(required=False, label=_("Owner"))
    retired = forms.BooleanField(required=False, label=RETIRED)

    @property
    def narrowed(self) -> bool:
        return bool(set(self.asked()) - {"state"})

    def by_state(self, rows: Any, value: str) -> Any:
        return rows.standing_on(timezone.localdate(), value)

    def by_customer(self, rows: Any, value: Customer) -> Any:
        return rows.aiming_at(value, self.viewer)

    def by_owner(self, rows: Any, value: User) -> Any:
        return rows.filter(owner=value)
