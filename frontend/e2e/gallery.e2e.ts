import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { BASE_URL, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

it("searches and keeps the search in the URL", async () => {
  const { page } = await browser.open("/gallery");
  await waitForVisible(page.getByRole("list", { name: "Images" }).getByRole("link"));
  const search = page.getByRole("searchbox").or(page.getByLabel("Search titles and prompts")).last();
  await search.fill("no such image anywhere");
  await waitForVisible(page.getByText("No items match"));
  expect(page.url()).toContain("search=no+such+image");
  await page.reload();
  await waitForVisible(page.getByText("No items match"));
  await search.fill("");
  await waitForVisible(page.getByRole("list", { name: "Images" }).getByRole("link"));
});

/** Serve a list with many copies of one image. Returns the requested cursors, and controls that change the list. */
async function serveManyImages(page: Page, count: number) {
  const { items: known } = await (await page.request.get("/api/v1/content?limit=1")).json();
  const [sample] = known;
  const served = { cursors: [] as number[], shift: 0, gone: new Set<number>() };
  await page.route("**/api/v1/content?*", async (route) => {
    const start = Number(new URL(route.request().url()).searchParams.get("cursor") ?? 0);
    served.cursors.push(start);
    const items = Array.from({ length: 100 }, (_, index) => ({
      ...sample,
      id: sample.id + (start + index + served.shift) * 1_000_000,
    })).filter(({ id }) => !served.gone.has(id));
    const next_cursor = start + 100 < count ? String(start + 100) : null;
    await route.fulfill({
      json: { items, next_cursor, total: start === 0 ? count - served.gone.size : null },
    });
  });
  return served;
}

const offsetOf = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

/**
 * Return the address of an image in the middle of the viewport, and the scroll offset.
 *
 * A click on an image that is not wholly visible would scroll the page first.
 */
async function visibleImage(page: Page): Promise<{ href: string; offset: number }> {
  return page.evaluate(() => {
    const distance = (link: Element) => {
      const { top, bottom } = link.getBoundingClientRect();
      return Math.abs((top + bottom) / 2 - window.innerHeight / 2);
    };
    const links = [...document.querySelectorAll('[role="list"][aria-label="Images"] a')];
    const [nearest] = links.sort((one, other) => distance(one) - distance(other));
    return { href: nearest?.getAttribute("href") ?? "", offset: Math.round(window.scrollY) };
  });
}

/** Scroll down in steps, each of which loads more images, until the offset in pixels is reached. */
async function scrollTo(page: Page, offset: number): Promise<void> {
  const step = () => page.evaluate(() => window.scrollBy(0, 4_000)).then(() => offsetOf(page));
  await expect.poll(step, { timeout: 120_000, interval: 50 }).toBeGreaterThan(offset);
}

/** Scroll to the end of the loaded images until the list reaches beyond a position. */
async function scrollBeyond(page: Page, place: number): Promise<void> {
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("listitem");
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.scrollTo(0, document.documentElement.scrollHeight));
        return Number(await tiles.last().getAttribute("aria-posinset"));
      },
      { timeout: 120_000, interval: 50 },
    )
    .toBeGreaterThan(place);
}

/**
 * Check that only the visible pages were fetched, of those that had been loaded before: at most two, those
 * beside them, and on a slow machine the first page, which is visible until the position is restored.
 */
function expectFew(cursors: readonly number[], loaded: number): void {
  expect(cursors.length, `of ${loaded} pages: ${cursors.join(", ")}`).toBeLessThan(loaded / 3);
}

for (const layout of ["grid", "list"]) {
  it(`keeps few of thousands of images in the DOM and restores the scroll position on return: ${layout}`, async () => {
    const { page } = await browser.open("about:blank");
    await serveManyImages(page, 5_000);
    await page.goto(`/gallery?view=${layout}`);
    await waitForVisible(page.getByText("5,000 items"));
    await scrollTo(page, 24_000);
    expect(await page.getByRole("listitem").count()).toBeLessThan(120);
    const { href, offset } = await visibleImage(page);
    await page.locator(`a[href="${href}"]`).click();
    await page.waitForURL(`**${href}`);
    await page.goBack();
    await waitForVisible(page.getByText("5,000 items"));
    await expect.poll(() => offsetOf(page)).toBe(offset);
  });

  it(`restores the scroll position after a reload and fetches only visible pages: ${layout}`, async () => {
    const { page } = await browser.open("about:blank");
    const served = await serveManyImages(page, 5_000);
    await page.goto(`/gallery?view=${layout}`);
    await scrollBeyond(page, 1_500);
    const offset = await offsetOf(page);
    const loaded = served.cursors.splice(0).length;
    await page.reload();
    await expect.poll(() => offsetOf(page)).toBe(offset);
    await waitForVisible(page.getByRole("list", { name: "Images" }).getByRole("link"));
    await waitForVisible(page.getByText("5,000 items"));
    expectFew(served.cursors, loaded);
    await page.evaluate(() => window.scrollTo(0, 0));
    await expect.poll(() => served.cursors).toContain(0);
    await waitForVisible(
      page.getByRole("list", { name: "Images" }).locator("[aria-posinset='1']").getByRole("link"),
    );
    await scrollBeyond(page, 2_000);
  });
}

for (const change of ["tag", "rating", "visibility", "delete"] as const) {
  it(`restores the list after an edit and fetches only visible pages: ${change}`, async () => {
    const { page } = await browser.open("about:blank");
    const served = await serveManyImages(page, 5_000);
    await serveChanges(page);
    await page.goto("/gallery");
    await scrollBeyond(page, 1_500);
    const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
    const { href } = await visibleImage(page);
    await page.locator(`a[href="${href}"]`).click();
    // The URL changes before the page does, and the gallery has a field for tags too.
    await page.waitForURL(`**${href}`);
    await waitForVisible(page.getByRole("button", { name: "Full size" }));
    const loaded = served.cursors.splice(0).length;
    if (change === "delete") {
      served.gone.add(Number(href.split("/").at(-1)));
      await page.getByRole("button", { name: "Delete", exact: true }).click();
      // The image has no neighbours, so the gallery opens.
      await waitForVisible(page.getByText("Moved to the trash"));
    } else {
      await CHANGES[change](page);
      await page.goBack();
    }
    await page.waitForURL(/\/gallery$/);
    await waitForVisible(tiles);
    await waitForVisible(page.getByText(change === "delete" ? "4,999 items" : "5,000 items"));
    await expect.poll(() => offsetOf(page)).toBeGreaterThan(10_000);
    await expect.poll(() => page.locator(`a[href="${href}"]`).count()).toBe(change === "delete" ? 0 : 1);
    await expect.poll(() => served.cursors.length).toBeGreaterThan(0);
    await page.waitForLoadState("networkidle");
    expectFew(served.cursors, loaded);
  });
}

/** Edits on the page of an image; each waits until it is done. */
const CHANGES = {
  tag: async (page: Page) => {
    await page.getByRole("combobox", { name: "Tags" }).fill("sea");
    await page.keyboard.press("Enter");
    await waitForVisible(page.getByRole("button", { name: "sea" }));
  },
  rating: async (page: Page) => {
    await page.locator("label").filter({ hasText: "4 Stars" }).click();
    await waitForVisible(page.getByText("4.0 from 1 rating"));
  },
  visibility: async (page: Page) => {
    await page.getByLabel("Private, only visible to you").click();
    await waitForVisible(page.getByText("Shared with all users"));
  },
};

/** Serve single images of the list, with their changes. */
async function serveChanges(page: Page): Promise<void> {
  const { items } = await (await page.request.get("/api/v1/content?limit=1")).json();
  const changed = new Map<number, object>();
  await page.route(/\/api\/v1\/content\/\d+(\/rating)?$/, async (route) => {
    const request = route.request();
    const id = Number(/content\/(\d+)/.exec(request.url())?.[1]);
    const rated = { my_rating: 4, rating_average: 4, rating_count: 1 };
    if (request.method() === "PUT") changed.set(id, rated);
    if (request.method() === "PATCH") changed.set(id, request.postDataJSON());
    if (request.method() === "DELETE") return route.fulfill({ status: 204 });
    return route.fulfill({ json: { ...items[0], id, ...changed.get(id) } });
  });
}

it("keeps the images in their place while filters and suggestions are loaded", async () => {
  const { page } = await browser.open("about:blank");
  const release: (() => void)[] = [];
  const held = new Promise<void>((resolve) => release.push(resolve));
  await page.route(/\/api\/v1\/checkpoint-models|\/assets\/Autocomplete-/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto("/gallery");
  const images = page.getByRole("list", { name: "Images" });
  await waitForVisible(images.getByRole("link"));
  await page.evaluate(() => document.fonts.ready);
  const topOf = () => images.evaluate((list) => list.getBoundingClientRect().top);
  const top = await topOf();
  const model = page.getByRole("combobox", { name: "Model" });
  expect(await model.locator("option").count()).toBe(1);
  for (const proceed of release) proceed();
  await expect.poll(() => model.locator("option").count()).toBeGreaterThan(1);
  await waitForVisible(page.locator(".MuiAutocomplete-root"));
  expect(await topOf()).toBe(top);
});

/** Generate an image from outside of the page. */
async function generateElsewhere(page: Page): Promise<string> {
  const prompt = `a kite ${Math.random().toString(36).slice(2, 8)}`;
  const answer = await page.request.post("/api/v1/generation-jobs/", {
    data: { prompt, checkpoint_model: "sd15.safetensors" },
  });
  expect(answer.status()).toBe(201);
  return prompt;
}

it("shows a new image at the top of the gallery and on the dashboard when it is finished", async () => {
  const { page, context } = await browser.open("/gallery");
  const dashboard = await context.newPage();
  await dashboard.goto("/");
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(tiles);
  await waitForVisible(dashboard.getByRole("list", { name: "Recent" }).getByRole("link"));
  await waitForVisible(dashboard.getByRole("status").filter({ hasText: "Live" }));
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  const prompt = await generateElsewhere(page);
  await waitForVisible(tiles.first().getByRole("img", { name: prompt }));
  await waitForVisible(dashboard.getByRole("list", { name: "Recent" }).getByRole("img", { name: prompt }));
});

it("offers new images further down in the gallery, and moves nothing", async () => {
  const { page } = await browser.open("about:blank");
  const served = await serveManyImages(page, 1_000);
  await page.goto("/gallery");
  await scrollBeyond(page, 300);
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  const offset = await offsetOf(page);
  served.shift = -3;
  await generateElsewhere(page);
  const offer = page.getByRole("button", { name: "3 new items" });
  await waitForVisible(offer);
  expect(await offsetOf(page)).toBe(offset);
  await offer.click();
  await expect.poll(() => offsetOf(page)).toBe(0);
  const { items } = await page.evaluate(() =>
    fetch("/api/v1/content?limit=1").then((answer) => answer.json()),
  );
  const first = page.getByRole("list", { name: "Images" }).locator("[aria-posinset='1']");
  await expect.poll(() => first.getByRole("link").getAttribute("href")).toBe(`/view/${items[0].id}`);
  expect(await offer.count()).toBe(0);
});

it("shows the current list after a reload when the list has changed", async () => {
  const { page } = await browser.open("about:blank");
  const served = await serveManyImages(page, 1_000);
  await page.goto("/gallery");
  await scrollBeyond(page, 500);
  const offset = await offsetOf(page);
  served.shift = 5_000;
  await page.reload();
  await expect.poll(() => offsetOf(page)).toBe(offset);
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(tiles);
  const last = page.getByRole("list", { name: "Images" }).getByRole("listitem").last();
  const place = Number(await last.getAttribute("aria-posinset"));
  const sameItem = page.locator(`[aria-posinset="${place}"]`);
  const { items } = await page.evaluate(() =>
    fetch("/api/v1/content?limit=1").then((answer) => answer.json()),
  );
  const id = items[0].id + (place - 1) * 1_000_000;
  await expect.poll(() => sameItem.getByRole("link").getAttribute("href")).toBe(`/view/${id}`);
});

it("steps to the next image with the arrow keys and returns to the list with Escape", async () => {
  const { page } = await browser.open("/gallery");
  const tiles = page.getByRole("list", { name: "Images" }).getByRole("link");
  await waitForVisible(tiles);
  const second = await tiles.nth(1).getAttribute("href");
  await tiles.first().click();
  await page.waitForURL(/\/view\/\d+/);
  await waitForVisible(page.getByRole("button", { name: "Next", disabled: false }));
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(BASE_URL + second);
  await page.keyboard.press("Escape");
  await page.waitForURL(/\/gallery/);
});

it("has a list layout that is remembered and usable with the keyboard", async () => {
  const { page } = await browser.open("/gallery");
  await page.getByRole("button", { name: "List", exact: true }).click();
  await page.waitForURL(/view=list/);
  const rows = page.getByRole("list", { name: "Images" }).getByRole("listitem");
  await waitForVisible(rows.getByText(/\d+ × \d+/));
  const second = await rows.nth(1).getByRole("link").getAttribute("href");
  await rows.first().getByRole("checkbox").focus();
  await page.keyboard.press("Space");
  await waitForVisible(page.getByText("1 selected"));
  await page.keyboard.press("Space");
  await page.getByText("1 selected").waitFor({ state: "hidden" });
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/view\/\d+/);
  await waitForVisible(page.getByRole("button", { name: "Next", disabled: false }));
  await page.keyboard.press("ArrowRight");
  await page.waitForURL(BASE_URL + second);
  await page.keyboard.press("Escape");
  await page.waitForURL(/view=list/);
  await page.goto("/gallery");
  await waitForVisible(rows.getByText(/\d+ × \d+/));
});

it("restores the title when the server rejects a change", async () => {
  const { page } = await browser.open("/gallery");
  await page.getByRole("list", { name: "Images" }).getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+/);
  await page.route("**/api/v1/content/*", (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 409, json: { title: "Conflict", status: 409, detail: "not now" } })
      : route.continue(),
  );
  await waitForVisible(page.getByRole("button", { name: "Edit title" }));
  const title = await page.locator("h1").textContent();
  await page.getByRole("button", { name: "Edit title" }).click();
  await page.getByRole("textbox", { name: "Title" }).fill("another");
  await page.keyboard.press("Enter");
  await waitForVisible(page.getByText("not now"));
  await waitForVisible(page.getByText(title ?? "", { exact: true }).last());
});
