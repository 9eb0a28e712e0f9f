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
      projects: [
        // The files share the loaded modules and a document, which setup.ts empties before each file.
        // Loading Material UI and jsdom for each file would take two thirds of the time.
        {
          extends: true,
          test: {
            name: "unit",
            include: ["src/**/*.test.{ts,tsx}"],
            exclude: ["src/**/*.isolated.test.{ts,tsx}"],
            isolate: false,
          },
        },
        // Tests of the first loading of code, and those that replace timers or hooks of Preact: it would wait
        // for a stopped timer without end, in the files that follow too.
        { extends: true, test: { name: "isolated", include: ["src/**/*.isolated.test.{ts,tsx}"] } },
      ],
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
      // A second worker would load all modules too.
      maxWorkers: 1,
      // Queries by role are slow in jsdom on a busy machine.
      testTimeout: 240_000,
      restoreMocks: true,
      unstubGlobals: true,
    },
  }),
);
