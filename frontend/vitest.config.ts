import { defineConfig, mergeConfig } from "vitest/config";
import app from "./vite.config";

export default mergeConfig(
  app,
  defineConfig({
    test: {
      environment: "jsdom",
      include: ["src/**/*.test.{ts,tsx}"],
      setupFiles: ["./src/testing/setup.ts"],
      pool: "threads",
      maxWorkers: 2,
      // Queries by role are slow in jsdom on a busy machine.
      testTimeout: 120_000,
      restoreMocks: true,
    },
  }),
);
