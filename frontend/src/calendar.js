// The schedule: FullCalendar with our toolbar (_calendar.html). The server says what is there and what may be moved.

import { Calendar } from "fullcalendar";
import dayGrid from "fullcalendar/daygrid";
import interaction from "fullcalendar/interaction";
import list from "fullcalendar/list";
import ja from "fullcalendar/locales/ja";
import classic from "fullcalendar/themes/classic";
import timeGrid from "fullcalendar/timegrid";

import { csrf, onNew, words } from "./parts/page.js";
import { toast } from "./parts/toasts.js";

const narrow = matchMedia("(width < 62rem)");
const DAY_COLOURS = { 0: "cal-sun", 6: "cal-sat" };
const KEPT_VIEW = "schedule-view";

const dayClass = (info) => DAY_COLOURS[info.dow] ?? "";

const pad = (number) => String(number).padStart(2, "0");
const clock = ({ hour, minute }) => `${pad(hour)}:${pad(minute)}`;
/** 09:05～10:00; the locale's own range is 9時05分～10時00分, too wide for a narrow column. */
const clockRange = ({ start, end }) => (end ? `${clock(start)}～${clock(end)}` : clock(start));

/** In the list a link calls itself a list item; then nobody hears that it is a link. */
function plainLink(el) {
  if (!el.matches("a[role=listitem]")) return;
  el.removeAttribute("role");
  const around = el.closest("[role=list], [role=listitem]");
  if (around?.role === "list") around.removeAttribute("role");
}

/** 直行・直帰 has its symbol; the title says it in words. */
function markDirect(el, { direct }) {
  const icon = direct && document.querySelector("[data-direct-icons]")?.content.querySelector(`[data-direct="${direct}"] svg`);
  if (icon) el.querySelector(".cal-title, .cal-item-title")?.prepend(icon.cloneNode(true), " ");
}

/** Wishes of the page: whose schedule, which persons. They go along with every question for events. */
function wishes() {
  const pairs = [...document.querySelectorAll("form[data-calendar-filter]")].flatMap((form) => [...new FormData(form)]);
  return pairs.reduce((all, [key, value]) => ({ ...all, [key]: [...(all[key] ?? []), value] }), {});
}

async function fetchEvents(url, { startStr, endStr }) {
  const asked = new URL(url, location.href);
  asked.searchParams.set("start", startStr);
  asked.searchParams.set("end", endStr);
  for (const [key, values] of Object.entries(wishes())) for (const value of values) asked.searchParams.append(key, value);
  const answer = await fetch(asked, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  return answer.json();
}

const placeOf = (event) => ({ starts_at: event.startStr, ends_at: event.endStr || event.startStr });

/** Tell the server where an appointment stands now. Returns its answer, or null after saying why it was refused. */
async function tell(template, id, place, version) {
  try {
    const answer = await fetch(template.replace("__id__", encodeURIComponent(id)), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrf(), Accept: "application/json" },
      body: JSON.stringify({ ...place, version }),
    });
    if (answer.ok && !answer.redirected) return await answer.json();
    const { detail } = await answer.json().catch(() => ({}));
    toast(typeof detail === "string" ? detail : words()[{ 409: "stale", 404: "missing" }[answer.status] ?? "refused"]);
    // Somebody else was faster: show where it stands now.
    if (answer.status === 409) return { stale: true };
  } catch {
    toast(words().network);
  }
  return null;
}

/** An appointment was moved or stretched by hand: save it and offer the way back. */
async function move(template, { event, oldEvent, revert, view }) {
  const calendar = view.calendar;
  const answer = await tell(template, event.id, placeOf(event), event.extendedProps.version);
  if (!answer || answer.stale) {
    revert();
    if (answer?.stale) calendar.refetchEvents();
    return;
  }
  event.setExtendedProp("version", answer.version);
  const undo = async () => {
    await tell(template, event.id, placeOf(oldEvent), answer.version);
    calendar.refetchEvents();
  };
  toast(answer.detail, { kind: "success", act: { text: answer.undo, run: undo } });
}

const STATES = ["tentative", "cancelled", "done"];

function build(box) {
  const frame = box.closest("[data-calendar-frame]") ?? document;
  const calendar = new Calendar(box, {
    plugins: [classic, dayGrid, timeGrid, list, interaction],
    locales: [ja],
    locale: document.documentElement.lang,
    timeZone: box.dataset.timeZone || "local",
    headerToolbar: false,
    initialView: narrow.matches ? "listAhead" : (localStorage.getItem(KEPT_VIEW) ?? "timeGridWeek"),
    initialDate: box.dataset.date || undefined,
    height: "auto",
    nowIndicator: true,
    dayMaxEvents: 4,
    expandRows: true,
    navLinks: !narrow.matches,
    slotMinTime: "07:00",
    slotMaxTime: "22:00",
    scrollTime: "08:30",
    firstDay: 1,
    views: {
      timeGridWeek: { dayHeaderFormat: { weekday: "short", day: "numeric" } },
      timeGridDay: { titleFormat: { month: "long", day: "numeric", weekday: "short" } },
      listAhead: {
        type: "list",
        duration: { days: 14 },
        titleFormat: { month: "long", day: "numeric" },
        listItemEventClass: "cal-item",
        listItemEventTimeClass: "cal-item-time",
        listItemEventTitleClass: "cal-item-title",
      },
    },
    borderlessX: true,
    borderlessBottom: true,
    eventTimeFormat: clockRange,
    slotHeaderFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    dayHeaderClass: dayClass,
    dayCellClass: dayClass,
    eventClass: ({ event }) =>
      [`tone-${event.extendedProps.tone ?? "primary"}`, ...STATES.filter((state) => event.extendedProps[state]).map((state) => `cal-${state}`)].join(" "),
    blockEventClass: "cal-event",
    eventTitleClass: "cal-title",
    columnEventTitleClass: ({ isShort }) => (isShort ? "" : "cal-wraps"),
    eventDataTransform: (event) => ({ ...event, color: `var(--tblr-${event.tone ?? "primary"})` }),
    dayCellDidMount: ({ el }) => el.removeAttribute("aria-label"),
    eventDidMount: ({ el, event, timeText }) => {
      plainLink(el);
      markDirect(el, event.extendedProps);
      el.title = [timeText, event.title, event.extendedProps.who].filter(Boolean).join(" ");
    },
    events: (info, done, fail) => fetchEvents(box.dataset.eventsUrl, info).then(done, fail),
    eventSourceFailure: () => toast(words().network),
    selectable: Boolean(box.dataset.newUrl),
    selectMirror: true,
    select: ({ startStr, endStr, allDay }) => {
      const target = new URL(box.dataset.newUrl, location.href);
      for (const [key, value] of Object.entries({ start: startStr, end: endStr, ...(allDay && { all_day: 1 }) }))
        target.searchParams.set(key, value);
      location.assign(target);
    },
    editable: Boolean(box.dataset.moveUrlTemplate),
    eventDrop: (info) => move(box.dataset.moveUrlTemplate, info),
    eventResize: (info) => move(box.dataset.moveUrlTemplate, info),
    datesSet: ({ view }) => {
      showWhere(frame, view);
      nameEmptyHeaders(box);
    },
    loading: (busy) => {
      document.documentElement.classList.toggle("waiting", busy);
      // Shown with its first appointments in place: the all-day row would push everything down.
      if (!busy) box.classList.add("ready");
    },
  });
  calendar.render();
  steer(frame, calendar);
}

function showWhere(frame, view) {
  const title = frame.querySelector("[data-calendar-title]");
  if (title) title.textContent = view.title;
  for (const button of frame.querySelectorAll("[data-calendar-view]"))
    button.ariaPressed = String(button.dataset.calendarView === view.type);
}

/** The corner of the week has a label but no text; readers and checkers want text. */
function nameEmptyHeaders(box) {
  requestAnimationFrame(() => {
    for (const header of box.querySelectorAll("[role=rowheader]:empty")) {
      header.append(Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: header.ariaLabel }));
    }
  });
}

function steer(frame, calendar) {
  frame.addEventListener("click", (event) => {
    const go = event.target.closest("[data-calendar-go]")?.dataset.calendarGo;
    if (go) calendar[go]();
    const view = event.target.closest("[data-calendar-view]")?.dataset.calendarView;
    if (!view) return;
    calendar.changeView(view);
    if (!narrow.matches) localStorage.setItem(KEPT_VIEW, view);
  });
  for (const form of document.querySelectorAll("form[data-calendar-filter]")) {
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", () => calendar.refetchEvents());
  }
}

onNew("[data-calendar]:not([data-built])", (boxes) => {
  for (const box of boxes) {
    box.dataset.built = "yes";
    build(box);
  }
});
