/**
 * Fails the build if the JavaScript that a route needs at first, gzipped, exceeds its budget.
 *
 * That is the entry, the page and what they import statically. What follows when the page can already be
 * used is listed beside it. Dialogs, menus and other pages are loaded when they are opened, or when the
 * browser has nothing else to do.
 */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { FOLLOWING, ROUTES } from "./routes.mjs";

const BUDGET_BYTES = 180 * 1024;

const feature = (file) => `src/features/${file}`;
/** Loaded when the user opens it. */
const ON_DEMAND = [
  "import/global-drop.tsx",
  "operations/any-image-menu.tsx",
  "import/inspect-dialog.tsx",
  "import/take-dropped.ts",
  "collections/cards/collection-menu-items.tsx",
  "collections/collection-item-actions.tsx",
  "collections/dialogs/add-dialog.tsx",
  "collections/dialogs/drop-list.tsx",
  "collections/dialogs/edit-dialog.tsx",
  "collections/dialogs/move-dialog.tsx",
  "collections/dialogs/share-dialog.tsx",
  "collections/order/item-order.tsx",
  "collections/order/move-items-dialog.tsx",
  "inputs/gallery-dialog.tsx",
  "operations/image-items.tsx",
  "gallery/filters/facet-panel.tsx",
  "gallery/tile-keys.tsx",
  "viewer/again/again-dialog.tsx",
  "viewer/similar-items.tsx",
  "models/cards/model-dialog.tsx",
  "models/chosen-loras.tsx",
  "generate/embeddings/embeddings-field.tsx",
  "generate/find-field/show-field.ts",
  "generate/form/sampler-fields.tsx",
  "generate/inputs/images-panel.tsx",
  "grids/grid-dialog.tsx",
  "presets/cover-dialog.tsx",
  "presets/settings-editor.tsx",
  "prompt-tools/prompt-tools.tsx",
  "mask-editor/mask-editor.tsx",
  "notifications/newest-notifications.tsx",
  "operations/operation-items.tsx",
  "session/account-menu.tsx",
  "session/login-again.tsx",
  "inputs/file-picker.tsx",
  "workflows/fields/image-field.tsx",
];

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  if (manifest[key] === undefined) throw new Error(`the build has no ${key}: correct ROUTES`);
  seen.add(key);
  for (const next of manifest[key].imports ?? []) closure(next, seen);
  return seen;
}

const gzipped = (key) => gzipSync(readFileSync(new URL(manifest[key].file, dist)), { level: 9 }).length;
const sizeOf = (chunks) => [...chunks].reduce((sum, key) => sum + gzipped(key), 0);
const inKilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (entry === undefined) throw new Error("the manifest has no entry");
const failures = [];

console.log(`JavaScript of each route, gzipped; at most ${inKilobytes(BUDGET_BYTES)}:`);
for (const [route, pages] of Object.entries(ROUTES)) {
  const chunks = new Set([entry, ...pages.map(feature)].flatMap((key) => [...closure(key)]));
  const later = new Set((FOLLOWING[route] ?? []).map(feature).flatMap((key) => [...closure(key)]));
  const bytes = sizeOf(chunks);
  const bytesLater = sizeOf([...later].filter((key) => !chunks.has(key)));
  console.log(
    `  ${route}: ${inKilobytes(bytes)}${later.size > 0 ? ` and then ${inKilobytes(bytesLater)}` : ""}`,
  );
  if (bytes > BUDGET_BYTES) failures.push(`${route} needs ${inKilobytes(bytes)} of JavaScript`);
}

const known = new Set([...[ROUTES, FOLLOWING].flatMap(Object.values).flat(), ...ON_DEMAND].map(feature));
for (const key of Object.keys(manifest)) {
  if (manifest[key].isDynamicEntry && key.startsWith(feature("")) && !known.has(key))
    failures.push(`${key} is neither in ROUTES nor in ON_DEMAND`);
}

if (failures.length > 0) {
  console.error(failures.join("\n"));
  process.exit(1);
}
