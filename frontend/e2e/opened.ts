/** Opens dialogs, menus and popovers one after the other and checks each. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import type { withBrowser } from "./browser";
import { DEVICES } from "./devices";
import { smallTargets } from "./touch-targets";
import { waitForPage, waitForVisible } from "./waiting";

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

/** Declare a journey for each page and device that checks what the page opens. */
export function checkOpenedOn(
  browser: ReturnType<typeof withBrowser>,
  ofPages: Readonly<Record<string, readonly Opening[]>>,
): void {
  for (const [path, openings] of Object.entries(ofPages))
    checkScenes(browser, { [path]: async () => ({ path, openings }) });
}

/** What a page needs before it is opened; returns where it is and what it opens. */
export interface Scene {
  readonly path: string;
  readonly openings: readonly Opening[];
}

/** Declare a journey for each scene and device; a scene is prepared by requests of the page. */
export function checkScenes(
  browser: ReturnType<typeof withBrowser>,
  scenes: Readonly<Record<string, (page: Page) => Promise<Scene>>>,
): void {
  for (const [name, prepare] of Object.entries(scenes))
    for (const [device, options] of Object.entries(DEVICES))
      it(`is accessible, ${device}: what ${name} opens`, async () => {
        const { page } = await browser.open("about:blank", options);
        const { path, openings } = await prepare(page);
        await page.goto(path);
        await waitForPage(page);
        await checkOpened(page, device === "phone", openings);
      });
}

/** Return a scene that needs nothing. */
export const fixed = (path: string, openings: readonly Opening[]) => async (): Promise<Scene> => ({
  path,
  openings,
});

/** Return a name that no other journey uses. */
export const unique = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 8)}`;

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
