// While a word is being converted nobody listens: one search per finished word, no Enter that sends the form.
// This has to be loaded before everything that listens to input.

document.addEventListener(
  "input",
  (event) => {
    if (event.isComposing) event.stopImmediatePropagation();
  },
  true,
);
document.addEventListener("compositionend", (event) => event.target.dispatchEvent(new InputEvent("input", { bubbles: true })), true);

document.addEventListener(
  "keydown",
  (event) => {
    // Safari says keyCode 229 for the Enter that ends a conversion, after isComposing is already false.
    if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation();
  },
  true,
);
