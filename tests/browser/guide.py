"""A style guide for the tests only: every shared part on a few pages, so that looks can be checked before and beside the rooms."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import path

from config import urls as product
from crm.paging import Page

handler400, handler403, handler404, handler500 = product.handler400, product.handler403, product.handler404, product.handler500

METHODS = [("visit", "訪問"), ("incoming_visit", "来社"), ("call", "電話"), ("mail", "メール"), ("web_meeting", "Web会議")]
ICONS = {"visit": "walk", "incoming_visit": "login", "call": "phone", "mail": "mail", "web_meeting": "video"}
TONES = ["blue", "azure", "indigo", "purple", "pink", "red", "orange", "yellow", "lime", "green", "teal", "cyan", "primary"]
CUSTOMERS = [
    ("株式会社青木リビング", "アオキリビング", "06-6123-4567", "坂田 純", "完了", "green"),
    ("有限会社髙橋電機", "タカハシデンキ", "095-821-0001", "河田 誠", "対応中", "azure"),
    ("医療法人社団 桜花会 さくら総合病院", "サクラソウゴウビョウイン", "03-5321-1111", "田中 美咲", "対応待ち", "yellow"),
    ("山﨑 由美子", "ヤマサキユミコ", "090-1234-5678", "坂田 純", "対応不要", ""),
    ("長崎フーズ株式会社", "ナガサキフーズ", "0957-22-0000", "Emma Brown", "要注意", "red"),
]
NOTE = "秋の展示会のお礼を兼ねて訪問。新製品の見積をご説明し、来月の役員会で検討いただけることになった。\n競合は二社。価格よりも保守の体制を重視されている。"


class IconRadio(forms.RadioSelect):
    def create_option(self, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(*args, **options)
        option["attrs"]["icon"] = ICONS[option["value"]]
        return option


class GuideForm(forms.Form):
    customer = forms.ChoiceField(
        label="顧客",
        choices=[("1", "株式会社青木リビング")],
        required=False,
        widget=forms.Select(attrs={"data-remote": "/guide/suggest"}),
        help_text="名称・カナ・電話番号・コードで探せます。",
    )
    participants = forms.MultipleChoiceField(
        label="参加社員",
        choices=[(row[2], row[3]) for row in CUSTOMERS],
        required=False,
        widget=forms.SelectMultiple(attrs={"data-pick": True}),
    )
    method = forms.ChoiceField(label="対応形態", choices=METHODS, widget=IconRadio)
    met_on = forms.CharField(label="対応日", widget=forms.DateInput, help_text="例：2026/11/20、R8.11.20")
    starts = forms.CharField(label="開始", required=False, widget=forms.TimeInput)
    ends = forms.CharField(label="終了", required=False, widget=forms.TimeInput)
    rank = forms.ChoiceField(label="確度（ヨミ）", choices=[("", "―"), ("A", "A"), ("B", "B")], required=False)
    content = forms.CharField(label="内容", required=False, widget=forms.Textarea)
    caution = forms.BooleanField(label="要注意案件にする", required=False)
    secret = forms.CharField(label="パスワード", required=False, widget=forms.PasswordInput)
    report = forms.MultipleChoiceField(label="報告先", choices=METHODS, required=False, widget=forms.CheckboxSelectMultiple)
    next_on = forms.CharField(label="次回予定", required=False, widget=forms.DateInput)
    file = forms.FileField(label="添付資料", required=False)


class CostForm(forms.Form):
    kind = forms.ChoiceField(label="区分", choices=[("train", "電車"), ("bus", "バス")], required=False)
    start = forms.CharField(label="出発", required=False)
    goal = forms.CharField(label="到着", required=False)
    amount = forms.CharField(label="金額", required=False, widget=forms.TextInput(attrs={"inputmode": "numeric"}))


CostRows = forms.formset_factory(CostForm, extra=1, can_delete=True)


@login_not_required
def show(request: HttpRequest, page: str) -> HttpResponse:
    form = GuideForm(request.POST or None)
    status = 422 if request.method == "POST" and not form.is_valid() else 200
    if request.GET.get("toast"):
        messages.success(request, "接点記録を登録しました。")
        messages.error(request, "報告先の 1 名には送信できませんでした。")
    found = [row for row in CUSTOMERS if request.GET.get("q", "") in row[0]]
    context = {
        "form": form,
        "costs": CostRows(prefix="costs"),
        "page": Page(found, older="xyz", newer="abc"),
        "q": request.GET.get("q", ""),
        "tones": TONES,
        "note": NOTE,
        "methods": [(*method, ICONS[method[0]]) for method in METHODS],
        "unread_reports": 12,
        "unread_notices": 3,
    }
    part = "#rows" if page == "list" and "HX-Request" in request.headers else ""
    return render(request, f"guide/{page}.html{part}", context, status=status)


@login_not_required
def suggest(request: HttpRequest) -> HttpResponse:
    q = request.GET.get("q", "")
    found = [{"value": row[2], "text": row[0], "note": f"{row[1]}・{row[2]}"} for row in CUSTOMERS if q in row[0] + row[1] + row[2]]
    return JsonResponse({"results": found})


@login_not_required
def events(request: HttpRequest) -> HttpResponse:
    today = dt.datetime.fromisoformat(request.GET["start"]).date() + dt.timedelta(days=2)
    rows = [
        {
            "id": "1",
            "title": "青木リビング 見積のご説明",
            "start": f"{today}T10:00:00+09:00",
            "end": f"{today}T11:30:00+09:00",
            "version": 1,
        },
        {
            "id": "2",
            "title": "社内会議",
            "start": f"{today}T13:00:00+09:00",
            "end": f"{today}T14:00:00+09:00",
            "version": 1,
            "tone": "green",
        },
        {
            "id": "3",
            "title": "髙橋電機 訪問",
            "start": f"{today}T13:30:00+09:00",
            "end": f"{today}T15:00:00+09:00",
            "version": 1,
            "tentative": True,
        },
        {"id": "4", "title": "創立記念日", "start": str(today), "allDay": True, "version": 1, "tone": "purple", "editable": False},
    ]
    return JsonResponse([{"url": "/guide/detail", "who": "坂田 純", "editable": True} | row for row in rows], safe=False)


@login_not_required
def move(request: HttpRequest, pk: str) -> HttpResponse:
    return JsonResponse({"detail": "ほかの人が先に変更しました。"}, status=409) if pk == "2" else JsonResponse({"version": 2})


@login_not_required
def fail(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse("no", status=status)


@login_not_required
def session(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"token": get_token(request)})


urlpatterns = [
    path("session", session),
    path("guide/suggest", suggest),
    path("guide/events", events),
    path("guide/move/<pk>", move),
    path("guide/fail/<int:status>", fail),
    path("guide/<page>", show, name="guide"),
    *product.urlpatterns,
]
