import type { Locator, Page } from "playwright-core";
import { expect, it } from "vitest";
import { jobCard, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

it("generates a batch and shows its images together", async () => {
  const { page } = await browser.open("/generate");
  await page.getByRole("textbox", { name: "Images per run", exact: true }).fill("3");
  const prompt = await submitPrompt(page, "a fox in snow");
  const result = resultCard(page, prompt);
  await waitForVisible(result.getByText("3 of 3 done"));
  expect(await result.getByRole("link").count()).toBe(3);
});

// Slow: four images, each long enough for a preview on a busy machine.
it("shows the preview of every image of a batch where the image will be", async () => {
  const { page } = await browser.open("/generate");
  await page.getByRole("textbox", { name: "Images per run", exact: true }).fill("4");
  const prompt = await submitPrompt(page, slowPrompt("a row of poplars", 12));
  const submission = resultCard(page, prompt);
  await waitForVisible(submission.getByRole("img", { name: "Live preview" }));
  const leave = submission.getByRole("button", { name: "Cancel this image" });
  // All at once, so that no image is finished in between.
  const places = await leave.evaluateAll((buttons) =>
    buttons.map((button) => {
      const { left, top, width, height } = (button.parentElement as Element).getBoundingClientRect();
      return [left + window.scrollX, top + window.scrollY, width, height].map(Math.round);
    }),
  );
  expect(places).toHaveLength(4);
  await leave.last().click();
  await waitForVisible(submission.getByText("3 of 4 done, 1 cancelled"));
  const links = submission.getByRole("link");
  await expect.poll(async () => Promise.all((await links.all()).map(placeOf))).toEqual(places.slice(0, 3));
});

/** Return left, top, width and height of an element on the page, in whole pixels. */
async function placeOf(locator: Locator) {
  return locator.evaluate((element) => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return [left + window.scrollX, top + window.scrollY, width, height].map(Math.round);
  });
}

// Slow: four jobs that finish one after the other.
it("causes no layout shift when one of several jobs finishes", async () => {
  const { page } = await browser.open("/generate");
  const prompts: string[] = [];
  for (const text of ["a first elm", "a second elm", "a third elm", "a fourth elm"]) {
    prompts.push(await submitPrompt(page, slowPrompt(text, 4)));
    await waitForVisible(resultCard(page, prompts.at(-1) ?? ""));
  }
  await page.evaluate(() => {
    const seen = { shift: 0 };
    Object.assign(window, { seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
        seen.shift += entry.value;
    }).observe({ type: "layout-shift" });
  });
  for (const prompt of prompts) await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  const shift = await page.evaluate(() => (window as unknown as { seen: { shift: number } }).seen.shift);
  expect(shift).toBeLessThan(0.05);
});

// The job runs until it is cancelled: page loads on a busy machine take long.
it("shows a running job after a reload and in a second tab", async () => {
  const { page, context } = await browser.open("/generate");
  const prompt = await submitPrompt(page, slowPrompt("a harbour", 600));
  await waitForVisible(jobCard(page, prompt).getByText("Running"));
  await page.reload();
  await waitForVisible(jobCard(page, prompt).getByText(/\d+ % · /));
  const second = await context.newPage();
  await second.goto("/generate");
  await waitForVisible(jobCard(second, prompt).getByText(/\d+ % · /));
  await jobCard(second, prompt).getByRole("button", { name: "Cancel" }).click();
  await waitForVisible(resultCard(second, prompt).getByText("Cancelled"));
  await page.bringToFront();
  await waitForVisible(resultCard(page, prompt).getByText("Cancelled"));
});

/** Call a function with each preview that a tab receives, after one for the connection. */
function onPreviews(tab: Page, onConnection: () => void, onPreview: (data: string) => void): void {
  tab.on("websocket", (socket) => {
    if (!socket.url().endsWith("previews=1")) return;
    onConnection();
    socket.on("framereceived", ({ payload }) => {
      const frame = JSON.parse(String(payload)) as { readonly type: string; readonly data?: string };
      if (frame.type === "preview" && frame.data !== undefined) onPreview(frame.data);
    });
  });
}

// Slow: the job must still run after several page loads on a busy machine.
it("shows the latest preview at once in a second tab and after a reload", async () => {
  const { page, context } = await browser.open("about:blank");
  const seen: string[] = [];
  onPreviews(
    page,
    () => undefined,
    (data) => seen.push(data),
  );
  await page.goto("/generate");
  const prompt = slowPrompt(`a weather station ${Math.random().toString(36).slice(2, 8)}`, 240);
  const data = { prompt, width: 256, height: 256, params: { steps: 40 } };
  expect((await page.request.post("/api/v1/generation-jobs", { data })).status()).toBe(201);
  const previewIn = (tab: Page) => resultCard(tab, prompt).getByRole("img", { name: "Live preview" });
  await waitForVisible(previewIn(page), 120_000);
  const late = await context.newPage();
  let before: readonly string[] = [];
  let first: string | null = null;
  const onConnection = () => {
    before = [...seen];
    first = null;
  };
  onPreviews(late, onConnection, (received) => {
    first ??= received;
  });
  // A tab that has to wait for the next preview never receives one that was there before it. A new one may
  // come between, so several loads are tried.
  const isLatest = async () => {
    await late.goto("/generate");
    await waitForVisible(previewIn(late), 120_000);
    return first !== null && before.includes(first);
  };
  await expect.poll(isLatest, { timeout: 200_000 }).toBe(true);
  await resultCard(page, prompt).getByRole("button", { name: "Cancel", exact: true }).click();
  await waitForVisible(resultCard(page, prompt).locator("[data-status=cancelled]"));
}, 400_000);

it("shows a job that another tab submitted", async () => {
  const { page, context } = await browser.open("/generate");
  const second = await context.newPage();
  await second.goto("/generate");
  const prompt = await submitPrompt(page, "a kite");
  await waitForVisible(resultCard(second, prompt).getByText(/^Done in/));
});
