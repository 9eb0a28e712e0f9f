import type { Locator } from "playwright-core";
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

it("shows a job that another tab submitted", async () => {
  const { page, context } = await browser.open("/generate");
  const second = await context.newPage();
  await second.goto("/generate");
  const prompt = await submitPrompt(page, "a kite");
  await waitForVisible(resultCard(second, prompt).getByText(/^Done in/));
});
