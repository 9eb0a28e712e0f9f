import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env.GENONAUT_DEV_API_URL ?? "http://127.0.0.1:8001";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: {
    port: 5173,
    // The API refuses a foreign Host or Origin, so the proxy presents its own address.
    proxy: {
      "/api": { target: api, changeOrigin: true, headers: { origin: api } },
      "/ws": { target: api, changeOrigin: true, ws: true, headers: { origin: api } },
    },
  },
  // As strict as the API, so that a page that works here works there.
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
    // Fonts and pictures stay files: the policy of the API allows no data: fonts.
    assetsInlineLimit: 0,
    manifest: true,
    reportCompressedSize: false,
  },
});
