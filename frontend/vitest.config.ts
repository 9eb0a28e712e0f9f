import { defineConfig, mergeConfig } from "vitest/config";
import app from "./vite.config";

export default mergeConfig(
  app,
  defineConfig({
    // ES modules, because only their imports of React are replaced.
    resolve: {
      conditions: ["module", "browser", "development"],
      alias: [{ find: /^react-transition-group\/cjs/, replacement: "react-transition-group/esm" }],
    },
    ssr: { resolve: { conditions: ["module", "browser", "development"] } },
    test: {
      environment: "jsdom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["./src/testing/setup.ts"],
      // React is replaced by Preact in these too, as in the build.
      server: {
        deps: {
          inline: [
            /@mui\//,
            /@emotion\//,
            /@tanstack\//,
            /react-router/,
            /react-transition-group/,
            /@testing-library\/preact/,
            /lucide-react/,
          ],
        },
      },
      pool: "threads",
      maxWorkers: 2,
      // Queries by role are slow in jsdom on a busy machine.
      testTimeout: 240_000,
      restoreMocks: true,
    },
  }),
);
