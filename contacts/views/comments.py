"""Comments below a record, and likes. Every part also works as a page of its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from contacts.actions import comments as actions
from contacts.actions.errors import CommentRemoved, NotMentionable
from contacts.forms.comments import CommentForm
from contacts.models import Comment, ContactPoint
from contacts.sending import comment_once
from contacts.talk import Likes, Talk, comments_of, likes_of
from crm.actions import IdTaken, StaleVersion
from crm.audience import named_readers, who_may_read
from crm.doors import AuthedRequest, throttled, visible_or_404
from crm.forms.conflict import build_on
from crm.japanese import terms

MOST_SUGGESTED = 8
SUGGESTIONS_PER_MINUTE = 240


@require_http_methods(["GET", "HEAD", "POST"])
def comments(request: AuthedRequest, contact: UUID) -> HttpResponse:
    record = _record(request, contact)
    if request.method != "POST":
        return _talk(request, record)
    form = CommentForm(request.POST, contact=record, viewer=request.user)
    if form.is_valid():
        said = form.cleaned_data
        try:
            comment_once(
                author=request.user, contact=record, body=said["body"], now=timezone.now(),
                mentions=form.mentioned(), comment_id=said["comment_id"],
            )  # fmt: skip
        except NotMentionable:
            form.add_error("body", _("Somebody who was mentioned was not found. Please pick them again."))
        except IdTaken:
            form.add_error("body", _("This could not be saved. Please open a new form and enter it once more."))
        else:
            return _done(request, record, _("The comment was posted."))
    return _talk(request, record, form=form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def comment_edit(request: AuthedRequest, contact: UUID, comment: UUID) -> HttpResponse:
    record, row = _own(request, contact, comment)
    form = CommentForm(request.POST if request.method == "POST" else None, contact=record, viewer=request.user, comment=row)
    if not form.is_valid():
        return _talk(request, record, editing=row, edit_form=form, status=422 if form.errors else 200)
    said, status = form.cleaned_data, 422
    try:
        actions.edit_comment(
            by=request.user, comment=row, version=said["version"] or 0, body=said["body"], now=timezone.now(), mentions=form.mentioned()
        )
    except NotMentionable:
        form.add_error("body", _("Somebody who was mentioned was not found. Please pick them again."))
    except CommentRemoved:
        form.add_error("body", _("This comment was removed in the meantime."))
    except StaleVersion as stale:
        status = 409
        build_on(form, stale.current.version)  # sent once more, it goes over the newer text that is shown with the error
        form.add_error("body", _("This comment was changed in another window: %(text)s") % {"text": stale.current.body})
    else:
        return _done(request, record, _("The comment was changed."))
    return _talk(request, record, editing=row, edit_form=form, status=status)


@require_POST
def comment_remove(request: AuthedRequest, contact: UUID, comment: UUID) -> HttpResponse:
    record, row = _own(request, contact, comment)
    actions.remove_comment(by=request.user, comment=row, now=timezone.now())
    return _done(request, record, _("The comment was removed."))


@require_POST
def comment_restore(request: AuthedRequest, contact: UUID, comment: UUID) -> HttpResponse:
    record, row = _own(request, contact, comment)
    try:
        actions.restore_comment(by=request.user, comment=row)
    except CommentRemoved as error:
        raise Http404 from error
    return _done(request, record, _("The comment is back."))


@require_safe
def comment_edits(request: AuthedRequest, contact: UUID, comment: UUID) -> HttpResponse:
    """How a comment read before it was changed."""
    record = _record(request, contact)
    row = visible_or_404(comments_of(record, request.user).filter(removed_at=None), comment)
    edits = list(row.edits.order_by("-written_at", "-pk"))
    template = "contacts/_comment_edits.html" if request.htmx else "contacts/comment_edits.html"
    return render(request, template, {"contact": record, "comment": row, "edits": edits})


@require_POST
def contact_like(request: AuthedRequest, contact: UUID) -> HttpResponse:
    return _liked(request, _record(request, contact))


@require_POST
def comment_like(request: AuthedRequest, contact: UUID, comment: UUID) -> HttpResponse:
    record = _record(request, contact)
    return _liked(
        request, record, visible_or_404(Comment.objects.visible_to(request.user).filter(contact=record, removed_at=None), comment)
    )


def _liked(request: AuthedRequest, record: ContactPoint, comment: Comment | None = None) -> HttpResponse:
    """The button says what it wants (on=1, on=0), so that a second tap of a slow phone does not undo the first."""
    if request.POST.get("on") == "0":
        actions.unlike(by=request.user, contact=record, comment=comment)
    else:
        actions.like(by=request.user, contact=record, now=timezone.now(), comment=comment)
    if not request.htmx:
        return redirect("contacts:comments", contact=record.pk)
    likes = likes_of(record, request.user, [comment] if comment else []).get(comment.pk if comment else None) or Likes()
    return render(request, "contacts/_like.html", {"contact": record, "comment": comment, "likes": likes})


@require_safe
@throttled("mention", per_minute=SUGGESTIONS_PER_MINUTE)
def mention_suggest(request: AuthedRequest, contact: UUID) -> JsonResponse:
    """Colleagues who may read this record; before a letter is typed, those named on it."""
    record, words = _record(request, contact), terms(request.GET.get("q", ""))
    people = who_may_read(record).matching(words) if words else named_readers(record)
    found = people.exclude(pk=request.user.pk).with_posts().best_first(words, "sort_key", "pk")[:MOST_SUGGESTED]
    posts = {user.pk: next(iter(user.memberships.all()), None) for user in found}
    lines = [{"value": str(one.pk), "text": str(one), "note": post.unit.label if (post := posts[one.pk]) else ""} for one in found]
    return JsonResponse({"results": lines})


def _record(request: AuthedRequest, contact: UUID) -> Any:
    return visible_or_404(ContactPoint.objects.visible_to(request.user).registered(), contact)


def _own(request: AuthedRequest, contact: UUID, comment: UUID) -> tuple[Any, Any]:
    record = _record(request, contact)
    return record, visible_or_404(comments_of(record, request.user).filter(author=request.user), comment)


def _talk(request: AuthedRequest, record: ContactPoint, *, status: int = 200, **more: Any) -> HttpResponse:
    after = request.GET.get("after", "")
    shown = {"contact": record, "talk": Talk.of(record, request.user, cursor=after), "form": None, "editing": None, **more}
    shown["form"] = shown["form"] or CommentForm(contact=record, viewer=request.user)
    if not request.htmx:
        return render(request, "contacts/contact_comments.html", shown, status=status)
    only_list = str(request.htmx.target or "").endswith("talk")
    return render(request, "contacts/_talk.html" if only_list else "contacts/_comments.html", shown, status=status)


def _done(request: AuthedRequest, record: ContactPoint, news: str) -> HttpResponse:
    if request.htmx:
        return _talk(request, record, news=news)
    messages.success(request, news)
    return redirect("contacts:comments", contact=record.pk)
