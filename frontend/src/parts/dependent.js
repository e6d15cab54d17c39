// A select that depends on another (カテゴリ 1 → 2): it offers what stands below the other's choice; choosing here fills in the other.

import { onNew } from "./page.js";

onNew("select[data-depends-on]", (selects) => {
  for (const select of selects) {
    if (select.dataset.depending) continue;
    select.dataset.depending = "yes";
    depend(select, document.querySelector(select.dataset.dependsOn));
  }
});

function depend(select, upper) {
  if (!upper) return;
  // Kept aside, because hiding an option is not enough for every browser.
  const all = [...select.options];
  const offer = () => {
    const chosen = select.value;
    const fits = (option) => !option.value || !upper.value || option.dataset.below === upper.value;
    select.replaceChildren(...all.filter(fits));
    select.value = [...select.options].some((option) => option.value === chosen) ? chosen : "";
    if (select.value !== chosen) select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  upper.addEventListener("change", offer);
  select.addEventListener("change", () => {
    const below = select.selectedOptions[0]?.dataset.below;
    if (!below || upper.value === below) return;
    upper.value = below;
    upper.dispatchEvent(new Event("change", { bubbles: true }));
  });
  offer();
}
