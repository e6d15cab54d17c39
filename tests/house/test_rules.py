"""The rules of the house that a machine can check."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from crm.visibility import Guarded, Part

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ["crm", "schedule", "contacts", "reports"]
DOOR_NAMES = {"views", "api", "rest", "feeds", "admin", "tasks", "handlers", "management"}
WRITES = {"save", "create", "bulk_create", "bulk_update", "update_or_create", "get_or_create", "delete", "update"}

OPEN = {
    "crm.User": "colleagues know each other",
    "crm.OrgUnit": "the organisation is known to all",
    "crm.Membership": "posts are known to all",
    "crm.StaffGroup": "groups are known to all",
    "crm.Delegation": "who may enter for whom is known to all",
    "crm.ChoiceList": "words, no records",
    "crm.Choice": "words, no records",
    "crm.FormLayout": "where items stand, no records",
    "crm.FieldDefinition": "words, no records",
    "schedule.Facility": "rooms and cars are known to all; who books them follows the appointment",
    "crm.Company": "switches, words and limits of the company, no records",
    "crm.VisibilityScope": "an audience tells of people and units only, not of records",
    "crm.ScopeGroupPermission": "guardian's table, read by the guard alone",
    "crm.ScopeUserPermission": "guardian's table, read by the guard alone",
    "crm.CustomerUserPermission": "guardian's table, read by the guard alone",
    "crm.DealUserPermission": "guardian's table, read by the guard alone",
    "crm.AccountPlanUserPermission": "guardian's table, read by the guard alone",
    "crm.CollectedInfoUserPermission": "guardian's table, read by the guard alone",
    "schedule.AppointmentUserPermission": "guardian's table, read by the guard alone",
    "contacts.ContactPointUserPermission": "guardian's table, read by the guard alone",
    "crm.Outbox": "holds topics and keys; only workers read it",
    "crm.Heartbeat": "one moment per kind of worker",
    "crm.NumberSequence": "a counter with gaps, never shown",
    "crm.AuditEntry": "told by crm.changes alone, of rows that the reader may see",
    "crm.AccessEntry": "no door shows it",
    "schedule.FeedCounter": "a counter inside a validator",
}


def python_files(*, rooms: list[str] = ROOMS) -> Iterator[Path]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def is_door(path: Path) -> bool:
    return bool({part.removesuffix(".py") for part in path.relative_to(ROOT).parts[1:]} & DOOR_NAMES)


def is_action(path: Path) -> bool:
    return "actions" in {part.removesuffix(".py") for part in path.relative_to(ROOT).parts[1:2]}


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node, node.func.attr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield node, node.func.id


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", [one for one in python_files() if is_action(one)], ids=name_of)
def test_every_action_is_atomic_named_by_keyword_and_described(path: Path) -> None:
    for function in ast.parse(path.read_text()).body:
        if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
            continue
        decorators = [ast.unparse(one) for one in function.decorator_list]
        assert any("atomic" in one for one in decorators), f"{function.name} is not atomic"
        assert not function.args.args, f"{function.name} takes positional arguments"
        assert ast.get_docstring(function), f"{function.name} says nothing about itself"


@pytest.mark.parametrize("path", [one for one in python_files() if is_door(one)], ids=name_of)
def test_doors_never_write(path: Path) -> None:
    wrote = []
    for node, called in calls(ast.parse(path.read_text())):
        of = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
        touches_rows = called != "update" or ".objects" in of
        if called in WRITES and touches_rows and not of.startswith(("super()", "self.client", "cache", "form.initial", "session")):
            wrote.append(f"{node.lineno}: {of}.{called}")
    assert not wrote, "call an action"


@pytest.mark.parametrize("path", [one for one in python_files() if is_door(one)], ids=name_of)
def test_doors_have_no_eyes_of_the_house(path: Path) -> None:
    looked = [node.lineno for node, called in calls(ast.parse(path.read_text())) if called in {"for_the_house", "house_eyes"}]

    assert not looked or "handlers" in path.name or "management" in path.parts, f"{looked}: say visible_to(user)"


def is_form(path: Path) -> bool:
    return bool({part.removesuffix(".py") for part in path.relative_to(ROOT).parts[1:]} & {"forms", "rest", "serializers", "filters"})


@pytest.mark.parametrize("path", [one for one in python_files() if is_door(one) or is_form(one)], ids=name_of)
def test_doors_and_forms_never_read_guardians_tables(path: Path) -> None:
    """They are open, and a foreign key leads from each into a guarded table: its rows tell that there is something hidden."""
    tables = re.compile(r"\w*UserPermission|Scope\w*Permission|named_model|named_people")
    named = [
        said
        for node in ast.walk(ast.parse(path.read_text()))
        for said in (getattr(node, "name", None), getattr(node, "attr", None), getattr(node, "id", None))
        if isinstance(said, str) and tables.fullmatch(said)
    ]

    assert not named, "ask visible_to(user), or a function of crm.audience"


def test_every_model_states_who_may_see_it() -> None:
    wrong = [
        model._meta.label
        for model in apps.get_models()
        if model._meta.app_label in ROOMS and not model._meta.auto_created and issubclass(model, Guarded) == (model._meta.label in OPEN)
    ]

    assert not wrong, "guarded, or open with a reason"


def test_guarded_models_stand_guard_on_every_manager() -> None:
    for model in apps.get_models():
        if issubclass(model, Guarded):
            assert model._base_manager.get_queryset().query.__class__.__name__ == "_GuardedQuery", model
            assert model._default_manager.get_queryset().query.__class__.__name__ == "_GuardedQuery", model


def test_there_is_no_way_back_into_a_guarded_table() -> None:
    wrong = []
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if not field.is_relation or field.auto_created or not field.concrete:
                continue
            guarded = issubclass(model, Guarded) or (isinstance(field.related_model, type) and issubclass(field.related_model, Guarded))
            own_part = issubclass(model, Part) and field.name == model.whole
            grant = issubclass(model, GroupObjectPermissionBase | UserObjectPermissionBase) and field.name == "content_object"
            if guarded and not own_part and not grant and not field.remote_field.hidden:
                wrong.append(str(field))

    assert not wrong, "give it related_name='+'"


def test_guardian_keeps_its_grants_in_narrow_tables_that_die_with_the_record() -> None:
    for model in apps.get_models():
        if issubclass(model, GroupObjectPermissionBase | UserObjectPermissionBase) and model._meta.app_label in ROOMS:
            field = model._meta.get_field("content_object")
            assert field.remote_field.on_delete.__name__ == "CASCADE", model


def test_models_have_no_order_of_their_own_and_no_hidden_deeds() -> None:
    for model in apps.get_models():
        if model._meta.app_label in ROOMS:
            assert not model._meta.ordering, model
            if not issubclass(model, GroupObjectPermissionBase | UserObjectPermissionBase | apps.get_model("crm.User")):
                assert "save" not in vars(model), model


def test_nobody_uses_signals_or_publishes_to_a_broker() -> None:
    wrong = []
    for path in python_files(rooms=[*ROOMS, "config"]):
        for node, called in calls(ast.parse(path.read_text())):
            if called in {"receiver", "delay", "apply_async", "send_task"} or ("signals" in ast.unparse(node.func) and called == "connect"):
                wrong.append(f"{name_of(path)}:{node.lineno} {called}")

    assert not [one for one in wrong if not one.startswith("config/celery.py")]


def test_no_module_grows_past_450_lines() -> None:
    assert not [name_of(path) for path in python_files(rooms=[*ROOMS, "config"]) if len(path.read_text().splitlines()) > 450]


def test_no_template_carries_script_or_style_of_its_own() -> None:
    forbidden = re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")|\sstyle=|\son[a-z]+=\"|hx-on|javascript:|hx-vals='js:|\|safe\b"
    )
    wrong = []
    for room in [*ROOMS, "config"]:
        for path in sorted((ROOT / room).rglob("templates/**/*.html")):
            if "mail" not in path.parts:
                wrong += [f"{name_of(path)}: {found.group()}" for found in forbidden.finditer(path.read_text())]

    assert not wrong, "the content security policy would refuse it"


def test_the_eyes_of_the_house_are_counted() -> None:
    """Every exception to the guard stands here. A new one needs a reason in the code and a line here."""
    counted: Counter[str] = Counter()
    for path in python_files(rooms=[*ROOMS, "config"]):
        for _node, called in calls(ast.parse(path.read_text())):
            if called in {"for_the_house", "house_eyes"} and path.name != "visibility.py":
                counted[name_of(path)] += 1

    assert dict(counted) == EYES


EYES: dict[str, int] = {
    "crm/actions/customers.py": 6,
    "crm/actions/infos.py": 1,
    "crm/actions/plans.py": 4,
    "crm/actions/settings.py": 1,
    "crm/items/usage.py": 1,
    "crm/lines.py": 7,
    "crm/rows.py": 1,
    "crm/tokens.py": 1,
    "crm/versions.py": 2,
    "crm/choiceuse.py": 1,
    "crm/actions/choices.py": 4,
    "schedule/actions/appointments.py": 1,
    "schedule/actions/following.py": 6,
    "schedule/actions/links.py": 2,
    "schedule/export.py": 5,
    "schedule/models/appointment.py": 3,
    "schedule/models/facility.py": 1,
    "schedule/models/feed.py": 1,
    "schedule/parts.py": 6,
    "contacts/actions/comments.py": 8,
    "contacts/actions/fileparts.py": 3,
    "contacts/actions/files.py": 6,
    "contacts/actions/itemfiles.py": 2,
    "contacts/actions/keeping.py": 2,
    "contacts/actions/parts.py": 12,
    "contacts/actions/purging.py": 10,
    "contacts/actions/reading.py": 2,
    "contacts/actions/requests.py": 1,
    "contacts/actions/requestparts.py": 3,
    "contacts/actions/writing.py": 4,
    "contacts/handlers.py": 1,
    "contacts/models/phrase.py": 1,
    "contacts/models/point.py": 2,
    "contacts/actions/rewording.py": 1,
    "contacts/actions/firstphrases.py": 1,
    "reports/actions/founding.py": 3,
    "reports/actions/mails.py": 1,
    "reports/actions/notices.py": 1,
    "reports/telling.py": 8,
}
