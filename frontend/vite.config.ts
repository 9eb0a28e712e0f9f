import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env.GENONAUT_DEV_API_URL ?? "http://127.0.0.1:8001";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
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
  },
});
