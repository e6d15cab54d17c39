// Builds static/dist. Every .js and .css directly in src/ is an entry of its own name (app.js, app.css, calendar.js ...);
// what lies in folders below is a part of them. A script never imports a stylesheet: the page links it.
import { cpSync, existsSync, readdirSync, rmSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, context } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const src = join(here, "src");
const out = join(here, "..", "static", "dist");
const watch = process.argv.includes("--watch");

const options = {
  entryPoints: readdirSync(src).filter((name) => /\.(js|css)$/.test(name)).map((name) => join(src, name)),
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022", "chrome120", "firefox120", "safari17"],
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "assets/[name]-[hash]",
  loader: { ".woff2": "file", ".svg": "file", ".png": "file" },
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "linked",
  logLevel: "warning",
};

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const name of readdirSync(src).filter((file) => /\.(svg|png|ico|webmanifest)$/.test(file))) cpSync(join(src, name), join(out, name));
if (existsSync(join(src, "img"))) cpSync(join(src, "img"), join(out, "img"), { recursive: true });

if (watch) await (await context(options)).watch();
else await build(options);
