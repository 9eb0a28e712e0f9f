/**
 * A Vite plugin that writes into index.html which files each route needs beside the entry, and which
 * follow, for public/boot.js: the browser loads the code of the page together with the app, not after it.
 */
import { FOLLOWING, ROUTES } from "./routes.mjs";

/** @returns {import("vite").Plugin} */
export function pageCode() {
  return {
    name: "page-code",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle }) {
        if (bundle === undefined) return html;
        const list = JSON.stringify(filesOf(bundle));
        return html.replace(
          '<script src="/boot.js">',
          `<script id="page-code" type="application/json">${list}</script>\n    <script src="/boot.js">`,
        );
      },
    },
  };
}

/** Return all files once, and for each route the indexes of those that it needs beside the entry, and then. */
function filesOf(bundle) {
  const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
  const closure = (file, seen) => {
    if (seen.has(file)) return seen;
    seen.add(file);
    for (const next of bundle[file]?.imports ?? []) closure(next, seen);
    return seen;
  };
  const entry = chunks.find((chunk) => chunk.isEntry);
  const known = closure(entry.fileName, new Set());
  const files = [];
  const indexOf = (file) => (files.includes(file) ? files.indexOf(file) : files.push(file) - 1);
  const filesOfPages = (pages) => {
    const needed = new Set();
    for (const page of pages) {
      const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/features/${page}`));
      if (chunk === undefined) throw new Error(`the build has no ${page}: correct scripts/routes.mjs`);
      closure(chunk.fileName, needed);
    }
    return [...needed].filter((file) => !known.has(file));
  };
  const routes = {};
  const following = {};
  for (const [route, pages] of Object.entries(ROUTES)) {
    const needed = filesOfPages(pages);
    routes[route] = needed.map(indexOf);
    const later = filesOfPages(FOLLOWING[route] ?? []).filter((file) => !needed.includes(file));
    if (later.length > 0) following[route] = later.map(indexOf);
  }
  return { routes, following, files };
}
