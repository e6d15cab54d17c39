// Draws src/icons.svg from src/icons.txt. The icons are Tabler Icons (MIT); their package is 51 MB, so only the sprite is kept here.
// Run by hand after a change of the list: node icons.mjs <folder of an unpacked @tabler/icons>
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const folder = process.argv[2];
const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const names = readFileSync(join(here, "src", "icons.txt"), "utf8")
  .trim()
  .split("\n");

const symbols = names.map((name) => {
  const drawn = readFileSync(join(folder, "icons", "outline", `${name}.svg`), "utf8");
  const lines = drawn.slice(drawn.indexOf(">", drawn.indexOf("<svg")) + 1, drawn.lastIndexOf("</svg>"));
  const paths = lines.replace(/<path stroke="none"[^>]*\/>/, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${paths}</symbol>`;
});

const note = `<!-- Tabler Icons ${version}, https://tabler.io/icons, MIT licence, Copyright (c) 2020-2026 Paweł Kuna -->`;
writeFileSync(join(here, "src", "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${note}\n${symbols.join("\n")}\n</svg>\n`);
