"""Requests made up from the API's own description: whatever they are, the answer is no error page and keeps to one shape.

It finds other things than the corpus of test_api_hostile: combinations. The corpus finds what nobody makes up. Both are needed.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

TRIES = 6
NO_BODY = schemathesis.core.NotSet

pytestmark = [pytest.mark.schemathesis, pytest.mark.django_db]


def described() -> dict[str, Any]:
    generated = SchemaGenerator().get_schema(request=None, public=True)
    spec: dict[str, Any] = json.loads(json.dumps(generated, default=str))
    return spec


SCHEMA = schemathesis.openapi.from_dict(described())
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}


def send(client: Client, case: Case) -> Any:
    query = urlencode(dict(case.query or {}), doseq=True, errors="replace")
    body = b"" if isinstance(case.body, NO_BODY) else json.dumps(case.body, default=str).encode("utf-8", "replace")
    path = case.formatted_path.encode("utf-8", "replace").decode()
    return client.generic(case.method.upper(), f"{path}?{query}", body, content_type="application/json")


@pytest.mark.parametrize("label", OPERATIONS)
def test_a_request_that_was_made_up_gets_an_answer(label: str, cast: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(cast.seller)
    operation = OPERATIONS[label]
    both = st.one_of(operation.as_strategy(GenerationMode.POSITIVE), operation.as_strategy(GenerationMode.NEGATIVE))

    @settings(
        max_examples=TRIES, deadline=None, database=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(case=both)
    def judge(case: Case) -> None:
        answer = send(client, case)

        assert answer.status_code < 500, f"{case.method} {case.formatted_path} {case.query} {case.body}"
        if answer.status_code >= 400:
            assert {"code", "message", "fields"} <= set(answer.json()["error"])

    judge()
