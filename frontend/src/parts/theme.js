// The choice lives in a cookie, so the server draws the next page in it and nothing flashes.

const YEAR_SECONDS = 31536000;

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-choice]");
  if (!button) return;
  const choice = button.dataset.themeChoice;
  const safe = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `theme=${choice}; Path=/; SameSite=Lax; Max-Age=${choice ? YEAR_SECONDS : 0}${safe}`;
  if (choice) document.documentElement.dataset.bsTheme = choice;
  else delete document.documentElement.dataset.bsTheme;
  for (const other of document.querySelectorAll("[data-theme-choice]")) other.ariaPressed = String(other === button);
});
