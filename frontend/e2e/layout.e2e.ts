/** Sizes and places of elements, measured in the browser. */
import { chromium, type Locator, type Page } from "playwright-core";
import { expect, it } from "vitest";
import { BASE_URL, resultCard, submitPrompt, withBrowser } from "./browser";
import { holdRequests, waitForStable, waitForVisible } from "./waiting";

const browser = withBrowser();

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

it.each([DESKTOP, PHONE])(
  "keeps the model list clear of the Generate button at $width px",
  async (viewport) => {
    const { page } = await browser.open("/generate", { viewport });
    await page.getByRole("combobox", { name: "Model" }).click();
    const options = page.getByRole("listbox").getByRole("option");
    await waitForVisible(options);
    for (const option of await options.all()) {
      await option.scrollIntoViewIfNeeded();
      await expect.poll(() => isOnTop(option)).toBe(true);
    }
  },
);

it("opens the model list that was pressed before its code was loaded, and lets the user type", async () => {
  const { page } = await browser.open("/", { viewport: PHONE });
  const release = await holdRequests(page, "**/assets/Autocomplete-*");
  await page.goto("/generate");
  const field = page.getByRole("combobox", { name: "Model" });
  const before = await field.elementHandle();
  await field.click();
  release();
  await waitForVisible(page.getByRole("listbox").getByRole("option"));
  expect(await before?.evaluate((element) => element.isConnected)).toBe(false);
  await page.keyboard.type("no such model");
  await waitForVisible(page.getByText("No matching models"));
});

it("scrolls every field of the form clear of the Generate button", async () => {
  const { page } = await browser.open("/generate", { viewport: { width: 1280, height: 640 } });
  await page.getByRole("button", { name: /^Sampling/ }).click();
  const button = submitButton(page);
  await page.getByRole("textbox", { name: "Prompt", exact: true }).fill("a mill");
  await page.getByRole("textbox", { name: "Prompt", exact: true }).focus();
  const last = page.getByRole("textbox", { name: "Denoise", exact: true });
  for (let steps = 0; steps < 60 && !(await isFocused(last)); steps += 1) {
    await page.keyboard.press("Tab");
    const field = page.locator("form[aria-label='New image'] :focus");
    if ((await field.count()) > 0)
      await expect
        .poll(async () => bottomOf(await boxOf(field)) - (await boxOf(button)).y)
        .toBeLessThanOrEqual(0);
  }
  expect(await isFocused(last)).toBe(true);
});

it.each([DESKTOP, PHONE])("scrolls the opened sampling section into view at $width px", async (viewport) => {
  const { page } = await browser.open("/generate", { viewport });
  await page.getByRole("button", { name: /^Sampling/ }).click();
  const button = submitButton(page);
  const last = page.getByRole("textbox", { name: "Denoise", exact: true });
  await expect.poll(async () => bottomOf(await boxOf(last)) - (await boxOf(button)).y).toBeLessThanOrEqual(0);
});

it("fits the newest image of 512 pixels into the window", async () => {
  const { page } = await browser.open("/generate", { viewport: DESKTOP });
  const prompt = await submitPrompt(
    page,
    "a lighthouse on a cliff above the sea, seen from a small boat at dusk, with long exposure and soft rain",
  );
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  const box = await waitForStable(page, () => boxOf(resultCard(page, prompt).getByRole("link").first()));
  expect(await page.evaluate(() => window.scrollY)).toBe(0);
  expect(box.width).toBeGreaterThanOrEqual(512);
  expect(box.height).toBeCloseTo(box.width, 0);
  expect(bottomOf(box)).toBeLessThanOrEqual(DESKTOP.height);
});

it.each([1, 2])(
  "shows an image at full size with one pixel per pixel of a %i× screen",
  async (deviceScaleFactor) => {
    const { page } = await browser.open("/gallery", { viewport: DESKTOP, deviceScaleFactor });
    const { width, height } = await openFirstImage(page);
    await page.getByRole("button", { name: "Show at full size" }).click();
    const region = page.getByRole("region", { name: "Image at full size" });
    await expect
      .poll(async () => {
        const box = await boxOf(region.getByRole("img"));
        return [box.width * deviceScaleFactor, box.height * deviceScaleFactor];
      })
      .toEqual([width, height]);
  },
);

it("drags an image at full size that is larger than the window to each of its corners", async () => {
  const { page } = await browser.open("/gallery", { viewport: { width: 360, height: 420 } });
  await openFirstImage(page);
  await page.getByRole("button", { name: "Show at full size" }).click();
  const region = page.getByRole("region", { name: "Image at full size" });
  await waitForVisible(region.getByRole("img"));
  const frame = await waitForStable(page, () => boxOf(region));
  const center = { x: frame.x + frame.width / 2, y: frame.y + frame.height / 2 };
  const drag = async (by: number) => {
    await page.mouse.move(center.x, center.y);
    await page.mouse.down();
    await page.mouse.move(center.x + by, center.y + by, { steps: 4 });
    await page.mouse.up();
    return boxOf(region.getByRole("img"));
  };
  const first = await drag(2_000);
  expect([first.x - frame.x, first.y - frame.y]).toEqual([expect.closeTo(0, 0), expect.closeTo(0, 0)]);
  const last = await drag(-2_000);
  expect(last.x + last.width).toBeCloseTo(frame.x + frame.width, 0);
  expect(bottomOf(last)).toBeCloseTo(bottomOf(frame), 0);
});

it("dims the whole window behind a dialog, also the place of the scroll bar", async () => {
  const visible = await chromium.launch({
    executablePath: process.env.GENONAUT_CHROMIUM ?? "/usr/bin/chromium",
    // Playwright hides scroll bars by default.
    ignoreDefaultArgs: ["--hide-scrollbars"],
    args: ["--no-sandbox", "--disable-dev-shm-usage"],
  });
  try {
    const context = await visible.newContext({
      baseURL: BASE_URL,
      viewport: DESKTOP,
      reducedMotion: "reduce",
      serviceWorkers: "block",
    });
    const page = await context.newPage();
    await page.goto("/gallery");
    const heading = page.locator("h1");
    await waitForVisible(heading);
    await waitForVisible(page.getByRole("list", { name: "Images" }));
    const before = await boxOf(heading);
    expect(
      await page.evaluate(() => window.innerWidth - document.documentElement.clientWidth),
    ).toBeGreaterThan(0);
    await page.keyboard.press("?");
    await waitForVisible(page.getByRole("dialog"));
    await expect
      .poll(() => boxOf(page.locator(".MuiBackdrop-root").last()))
      .toMatchObject({ x: 0, y: 0, ...DESKTOP });
    expect((await boxOf(heading)).x).toBe(before.x);
  } finally {
    await visible.close();
  }
});

it("uses the width of a window of 2560 pixels", async () => {
  const { page } = await browser.open("/generate", { viewport: { width: 2560, height: 1440 } });
  for (const text of ["a raft", "a kite"]) {
    const prompt = await submitPrompt(page, text);
    await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  }
  const right = async () => {
    const boxes = await Promise.all((await page.getByRole("article").all()).map(boxOf));
    return Math.max(...boxes.map((box) => box.x + box.width));
  };
  await expect.poll(right).toBeGreaterThan(0.85 * 2560);
  for (const path of ["/admin/users", "/admin?show=done", "/admin/log"]) {
    await page.goto(path);
    await waitForVisible(page.getByRole("main").getByRole("listitem"));
    await expect
      .poll(
        async () => {
          const box = await boxOf(page.getByRole("main").getByRole("listitem").first());
          return box.x + box.width;
        },
        { message: path },
      )
      .toBeGreaterThan(0.85 * 2560);
  }
});

/** Open the newest image; return its size in pixels. */
async function openFirstImage(page: Page): Promise<{ readonly width: number; readonly height: number }> {
  await page.getByRole("list", { name: "Images" }).getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+$/);
  await waitForVisible(page.getByRole("button", { name: "Show at full size" }));
  const answer = await page.request.get(`/api/v1/content/${page.url().split("/").at(-1)}`);
  return answer.json();
}

const submitButton = (page: Page): Locator => page.locator("button[type=submit]");

type Box = Awaited<ReturnType<Locator["boundingBox"]>> & object;

async function boxOf(element: Locator): Promise<Box> {
  const box = await element.boundingBox();
  if (box === null) throw new Error("the element is not visible");
  return box;
}

const bottomOf = (box: Box): number => box.y + box.height;

const isFocused = (element: Locator): Promise<boolean> =>
  element.evaluate((found) => found === document.activeElement);

/** Return whether a click at the middle of the element reaches it. */
const isOnTop = (element: Locator): Promise<boolean> =>
  element.evaluate((found) => {
    const { left, top, width, height } = found.getBoundingClientRect();
    return found.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
