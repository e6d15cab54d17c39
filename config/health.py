"""Is it alive, is it ready: for load balancers and watchers. Open to all, so no figure in it tells about the business."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "ok"})


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    # /ical/ is not forbidden: calendar services that honour robots.txt would stop fetching the feeds.
    return HttpResponse(
        "User-agent: *\nAllow: /ical/\nDisallow: /\n", content_type="text/plain", headers={"Cache-Control": "public, max-age=86400"}
    )
