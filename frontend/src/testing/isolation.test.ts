import { expect, it } from "vitest";

const FILES = import.meta.glob<string>("../**/*.test.{ts,tsx}", {
  query: "?raw",
  import: "default",
  eager: true,
});
// In parts, so that this file is not found itself.
const NEEDS_ISOLATION = new RegExp(["useFake" + "Timers", "stub" + "Global", "reset" + "Modules"].join("|"));

it("isolates the files that stop timers or load modules again", () => {
  const shared = Object.entries(FILES).filter(([name]) => !name.includes(".isolated."));
  expect(shared.length).toBeGreaterThan(50);
  expect(shared.filter(([, text]) => NEEDS_ISOLATION.test(text)).map(([name]) => name)).toEqual([]);
});
