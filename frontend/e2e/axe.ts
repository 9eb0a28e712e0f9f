/** Accessibility checks with axe. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { waitForTransitions } from "./waiting";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Return all violations of WCAG 2.2 A and AA and of axe's best practices on a page. */
export async function violations(page: Page): Promise<string[]> {
  await waitForTransitions(page);
  // Reading the script takes as long as checking a small page.
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run: (options: object) => Promise<{ violations: Violation[] }> };
    };
    const { violations } = await axe.run({
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
      // Saves describing the elements that passed.
      resultTypes: ["violations"],
      rules: {
        // WCAG 2.5.3; axe counts it as experimental.
        "label-content-name-mismatch": { enabled: true },
        // Menus and lists are layers at the end of the page, outside of its landmarks.
        region: { enabled: false },
        // On touch screens journeys measure larger targets themselves; axe counts what a bar partly covers.
        "target-size": { enabled: matchMedia("(pointer: fine)").matches },
      },
    });
    return violations;
  });
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
  );
}

/** Expect no violations, neither in the dark nor in the light theme. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect.poll(() => page.locator("html").getAttribute("data-theme")).toBe(colorScheme);
    const found = await violations(page);
    expect(found, [`${what}, ${colorScheme}`, ...found].join("\n")).toEqual([]);
  }
}
