/** Opens dialogs, menus and popovers one after the other and checks each. */
import type { Page } from "playwright-core";
import { expect } from "vitest";
import { expectAccessible } from "./axe";
import { smallTargets } from "./touch-targets";
import { waitForVisible } from "./waiting";

export interface Opening {
  /** What is opened. */
  readonly name: string;
  /** Open it and wait until it is shown. */
  readonly open: (page: Page) => Promise<void>;
  /** Whether it stays open: a part of the page instead of a layer over it. */
  readonly stays?: boolean;
  /** Whether a phone has it. */
  readonly onPhone?: boolean;
}

/** Layers over the page. The list of a field may have no entries. */
const LAYERS = "[role=dialog], [role=menu], .MuiAutocomplete-popper";

/** Open each on a page, check it in both themes, and close it again. */
export async function checkOpened(page: Page, isPhone: boolean, openings: readonly Opening[]): Promise<void> {
  for (const { name, open, stays = false, onPhone = true } of openings) {
    if (isPhone && !onPhone) continue;
    await open(page);
    await expectAccessible(page, name);
    if (isPhone) expect(await smallTargets(page), name).toEqual([]);
    if (stays) continue;
    await page.keyboard.press("Escape");
    await page.locator(LAYERS).waitFor({ state: "detached" });
  }
}

/** Return how to open a dialog by a button. */
export const dialog = (button: string | RegExp, options: { readonly name?: string } = {}): Opening => ({
  name: options.name ?? String(button),
  open: async (page) => {
    await page.getByRole("button", { name: button }).first().click();
    await waitForVisible(page.getByRole("dialog"));
  },
});

/** Return how to open a menu by a button. */
export const menu = (button: string | RegExp, options: Partial<Opening> = {}): Opening => ({
  name: String(button),
  open: async (page) => {
    await page.getByRole("button", { name: button }).first().click();
    await waitForVisible(page.getByRole("menu"));
  },
  ...options,
});

/** Return how to open a dialog by an entry of a menu. */
export const dialogOfMenu = (button: RegExp, entry: string): Opening => ({
  name: entry,
  open: async (page) => {
    await page.getByRole("button", { name: button }).first().click();
    await page.getByRole("menuitem", { name: entry, exact: true }).click();
    await page.getByRole("menu").waitFor({ state: "detached" });
    await waitForVisible(page.getByRole("dialog"));
  },
});

/** Return how to open the list of a field. */
export const list = (field: string): Opening => ({
  name: `list of ${field}`,
  open: async (page) => {
    await page.getByRole("combobox", { name: field }).click();
    await waitForVisible(page.locator(LAYERS));
  },
});

/** Return how to unfold a part of the page. */
export const unfold = (button: string | RegExp): Opening => ({
  name: String(button),
  stays: true,
  open: (page) => page.getByRole("button", { name: button }).first().click(),
});
