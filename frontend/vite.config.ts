import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { pageCode } from "./scripts/page-code.mjs";

const api = process.env.GENONAUT_DEV_API_URL ?? "http://127.0.0.1:8001";

const OVERLAYS =
  /@mui\/material\/(Backdrop|Dialog\w*|Drawer|Fade|Grow|Menu|MenuList|Modal|Popover|Slide|Unstable_TrapFocus)\//;
const LISTS = /@mui\/(material\/List(ItemText)?|system\/RtlProvider)\//;

export default defineConfig({
  plugins: [pageCode()],
  resolve: {
    alias: [
      { find: "@", replacement: fileURLToPath(new URL("./src", import.meta.url)) },
      // Preact has the API of React in a sixth of its size: docs/decisions/speed-in-the-browser.md.
      // The package leads to its development build otherwise.
      {
        find: /^react-router$/,
        replacement: fileURLToPath(
          new URL("./node_modules/react-router/dist/production/index.mjs", import.meta.url),
        ),
      },
      { find: /^react$/, replacement: "preact/compat" },
      { find: /^react-dom$/, replacement: "preact/compat" },
      { find: /^react-dom\/client$/, replacement: "preact/compat/client" },
      { find: /^react-dom\/test-utils$/, replacement: "preact/test-utils" },
      { find: /^react\/jsx-(dev-)?runtime$/, replacement: "preact/jsx-runtime" },
    ],
  },
  server: {
    port: 5173,
    // The API rejects other hosts and origins, so the proxy sends the API's own address.
    proxy: {
      "/api": { target: api, changeOrigin: true, headers: { origin: api } },
      "/ws": { target: api, changeOrigin: true, ws: true, headers: { origin: api } },
    },
  },
  // The same policy as the API's, so that a page that works here also works there.
  preview: {
    port: 4173,
    headers: {
      "Content-Security-Policy": [
        "default-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ].join("; "),
    },
  },
  build: {
    target: "es2022",
    // Fonts stay files: the policy of the API does not allow data: fonts.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
    rolldownOptions: {
      output: {
        // One file for what most pages use: many small ones are slow on a slow network.
        // Dialogs and menus are shared by many pages too, but needed once one is opened. Each group takes
        // what its modules import, unless one before it has it: the sidebar needs lists without menus.
        codeSplitting: {
          groups: [
            { name: "shared", minShareCount: 10, test: (id) => !OVERLAYS.test(id), priority: 2 },
            { name: "lists", test: LISTS, priority: 1 },
            { name: "overlays", test: OVERLAYS },
          ],
        },
      },
    },
  },
});
