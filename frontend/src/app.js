import "./parts/ime.js";
import "htmx.org";
import "./parts/requests.js";
import "./parts/theme.js";
import "./parts/menus.js";
import "./parts/dialogs.js";
import "./parts/files.js";
import "./parts/forms.js";
import "./parts/pickers.js";
import "./parts/repeat.js";
import "./parts/contact.js";
import "./parts/dependent.js";
import "./parts/mentions.js";
import "./parts/quick.js";
import "./parts/advanced.js";
import "./parts/sort.js";
import "./parts/phrases.js";
import "./parts/unsent.js";
import "./parts/offline.js";
import "./parts/calls.js";
import "./parts/keys.js";
import { onNew } from "./parts/page.js";

document.documentElement.classList.add("scripted");

// The type-ahead select is heavy; it comes only when a page has one.
onNew("select[data-remote], select[data-pick]", async (selects) => {
  const { enhance } = await import("./select.js");
  selects.forEach(enhance);
});

onNew("[data-layout-editor]", async (editors) => {
  const { edit } = await import("./layout-editor.js");
  editors.forEach(edit);
});
