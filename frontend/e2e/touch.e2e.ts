/** What fingers do: touch targets, long presses, zoom and swipes, and pages whose navigation scrolls sideways. */
import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "./browser";
import { PHONE } from "./devices";
import { openListed, PAGES } from "./page-list";
import { smallTargets } from "./touch-targets";
import { waitForPage, waitForVisible } from "./waiting";

const browser = withBrowser();

it("has touch targets of at least 44 pixels on every page", async () => {
  const { page } = await browser.open("/", PHONE);
  for (const [path] of PAGES) {
    await openListed(page, path);
    await waitForPage(page);
    expect(await smallTargets(page), path).toEqual([]);
  }
});

/** Rest a finger on an element until a condition holds, then lift it. */
async function press(page: Page, target: Locator, until: () => Promise<void>): Promise<void> {
  const box = await target.boundingBox();
  if (box === null) throw new Error("the element is not visible");
  const point = { x: box.x + box.width / 2, y: box.y + box.height * 0.7 };
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: [point] });
  await until();
  await devtools.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await devtools.detach();
}

it("selects an image by a long press, further ones by taps, and opens one by a tap otherwise", async () => {
  const { page } = await browser.open("/gallery", PHONE);
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(tiles);
  await press(page, tiles.first(), () => waitForVisible(page.getByText("1 selected")));
  expect(page.url()).toMatch(/\/gallery$/);
  await tiles.nth(1).tap();
  await waitForVisible(page.getByText("2 selected"));
  await page.getByRole("button", { name: "Clear selection" }).tap();
  await page.getByRole("button", { name: "List", exact: true }).tap();
  await waitForVisible(tiles);
  await press(page, tiles.first(), () => waitForVisible(page.getByText("1 selected")));
  expect(page.url()).toMatch(/\/gallery\?view=list$/);
  await page.getByRole("button", { name: "Clear selection" }).tap();
  await tiles.nth(1).tap();
  await page.waitForURL(/\/view\/\d+$/);
});

it("makes something from the image of a tile on a touch screen", async () => {
  const { page } = await browser.open("about:blank", PHONE);
  // The menu is opened before the code of its items is there.
  const release: (() => void)[] = [];
  const held = new Promise<void>((resolve) => release.push(resolve));
  await page.route("**/assets/operation-items-*.js", async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/gallery");
  const tile = page.getByRole("list", { name: "Images" }).getByRole("link").first();
  await waitForVisible(tile);
  await press(page, tile, () => waitForVisible(page.getByText("1 selected")));
  await page.getByRole("button", { name: "Make", exact: true }).tap();
  await waitForVisible(page.locator(".MuiMenu-paper"));
  for (const proceed of release) proceed();
  await waitForVisible(page.getByRole("menuitem", { name: "Upscale 2×", disabled: false }));
  expect(await smallTargets(page)).toEqual([]);
  await page.getByRole("menuitem", { name: "Inpaint" }).tap();
  // The controls leave space to paint, also when the phone is turned.
  const mask = page.getByRole("application", { name: "Mask" });
  await waitForVisible(mask);
  expect((await mask.boundingBox())?.height).toBeGreaterThan(480);
  await page.setViewportSize({ width: 844, height: 390 });
  await expect.poll(async () => (await mask.boundingBox())?.height).toBeGreaterThan(350);
  expect((await mask.boundingBox())?.width).toBeGreaterThan(400);
});

type Places = readonly (readonly [x: number, y: number])[];

/** Move fingers from their places to others, which are distances from the middle of an element. */
async function moveFingers(page: Page, target: Locator, from: Places, to: Places): Promise<void> {
  const box = await target.boundingBox();
  if (box === null) throw new Error("the element is not visible");
  const [left, top] = [box.x + box.width / 2, box.y + box.height / 2];
  const devtools = await page.context().newCDPSession(page);
  const at = (part: number) =>
    from.map(([x, y], id) => {
      const [endX, endY] = to[id] ?? [x, y];
      return { x: left + x + (endX - x) * part, y: top + y + (endY - y) * part, id };
    });
  const send = (type: "touchStart" | "touchMove" | "touchEnd", touchPoints: ReturnType<typeof at>) =>
    devtools.send("Input.dispatchTouchEvent", { type, touchPoints });
  for (const [index] of from.entries()) await send("touchStart", at(0).slice(0, index + 1));
  for (let step = 1; step <= 8; step += 1) await send("touchMove", at(step / 8));
  await send("touchEnd", []);
  await devtools.detach();
}

const APART: Places = [
  [-90, 0],
  [90, 0],
];
const TOGETHER: Places = [
  [-30, 0],
  [30, 0],
];
const transformOf = (frame: Locator) => frame.locator("img").evaluate((image) => image.style.transform);

it("zooms and moves an image by two fingers, opens the next one by a swipe, and closes by one down", async () => {
  const { page } = await browser.open("/gallery", PHONE);
  // Images that are smaller than the window can also be made smaller than fitted.
  const found = await page.request.get("/api/v1/content?limit=100");
  const { items } = (await found.json()) as { items: { id: number; width: number }[] };
  await page.goto(`/view/${items.find(({ width }) => width >= 512)?.id}`);
  const image = page.getByRole("region", { name: /^Image/ });
  await waitForVisible(page.getByRole("button", { name: "Next", disabled: false }));
  await moveFingers(page, image, TOGETHER, APART);
  await waitForVisible(page.getByRole("region", { name: "Image at full size" }));
  const before = await transformOf(image);
  await moveFingers(page, image, TOGETHER, [
    [-30, 40],
    [30, 40],
  ]);
  await expect.poll(() => transformOf(image)).not.toBe(before);
  for (const _ of [1, 2]) await moveFingers(page, image, APART, TOGETHER);
  await waitForVisible(page.getByRole("region", { name: "Image", exact: true }));

  await image.tap();
  const immersive = page.locator("body[data-immersive]");
  await expect.poll(() => immersive.count()).toBe(1);
  const first = page.url();
  await moveFingers(page, image, [[100, 0]], [[-100, 5]]);
  await page.waitForURL((url) => url.href !== first);
  await waitForVisible(image);
  await moveFingers(page, image, [[0, 0]], [[5, 160]]);
  await expect.poll(() => immersive.count()).toBe(0);
});

it("zooms all compared images by two fingers", async () => {
  const { page } = await browser.open("/compare?ids=1,2", PHONE);
  const frames = page.getByRole("region", { name: /^Compared/ });
  await waitForVisible(frames);
  await moveFingers(page, frames.first(), TOGETHER, APART);
  await expect.poll(() => transformOf(frames.nth(1))).toMatch(/scale\([2-9]/);
  expect(await transformOf(frames.first())).toMatch(/scale\([2-9]/);
});

const isInside = (page: Page, link: string) =>
  page.locator(link).evaluate((element) => {
    const { left, right } = element.getBoundingClientRect();
    return left >= 0 && right <= window.innerWidth;
  });

it.each(["account", "notifications", "defaults", "api-keys", "webhooks"])(
  "shows which section of the settings is open on a phone: %s",
  async (section) => {
    const { page } = await browser.open(`/settings/${section}`, PHONE);
    await waitForPage(page);
    const current = "nav[aria-label=Settings] [aria-current=page]";
    await expect.poll(() => isInside(page, current)).toBe(true);
    const last = page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Webhooks" });
    await last.tap();
    await waitForVisible(page.getByRole("heading", { name: "Webhooks" }));
    await expect.poll(() => isInside(page, current)).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  },
);

it.each(["/admin", "/admin/servers", "/admin/users", "/admin/log"])(
  "shows which tab of the administration is open on a phone: %s",
  async (path) => {
    const { page } = await browser.open(path, PHONE);
    await waitForPage(page);
    await expect.poll(() => isInside(page, "nav[aria-label=Admin] [aria-current=page]")).toBe(true);
  },
);
