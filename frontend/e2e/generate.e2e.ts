import { expect, it } from "vitest";
import { jobCard, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { holdRequests, waitForVisible } from "./waiting";

const browser = withBrowser();

it("submits a job, shows its progress and image, and opens the page of the image", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, slowPrompt("a lighthouse at dusk", 15));
  const run = jobCard(page, prompt);
  await waitForVisible(run.getByText(/\d+ % · KSampler, step \d+ of \d+/));
  await waitForVisible(run.getByRole("img", { name: "Live preview" }));
  const result = resultCard(page, prompt);
  await waitForVisible(result.getByText(/^Done in/));
  await expect.poll(() => page.evaluate(isFirstImageDecoded)).toBe(true);
  await result.getByRole("link").first().click();
  await page.waitForURL(/\/view\/\d+$/);
  await waitForVisible(page.getByRole("button", { name: "Show at full size" }));
  await expect.poll(() => page.title()).toContain("a lighthouse at dusk");
  await waitForVisible(page.getByText(prompt, { exact: true }).first());
});

function isFirstImageDecoded(): boolean {
  const images = [...document.querySelectorAll<HTMLImageElement>("article img")];
  return images.length > 0 && images[0]?.complete === true && images[0].naturalWidth > 0;
}

it("cancels a job in the middle of its run", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, slowPrompt("a castle", 120));
  const run = jobCard(page, prompt);
  await waitForVisible(run.getByText("Running"));
  const release = await holdRequests(page, "**/cancel");
  await run.getByRole("button", { name: "Cancel" }).click();
  await waitForVisible(run.getByRole("button", { name: "Stopping…" }));
  release();
  await waitForVisible(resultCard(page, prompt).getByText("Cancelled"));
});

it("works without TLS, where browsers lack some functions", async () => {
  const { page } = await browser.open("about:blank");
  await page.addInitScript(() => {
    Reflect.deleteProperty(Crypto.prototype, "randomUUID");
    Reflect.deleteProperty(Navigator.prototype, "clipboard");
  });
  await page.goto("/generate");
  const prompt = await submitPrompt(page, "a mill by the river");
  await resultCard(page, prompt).getByRole("link").first().click();
  // The confirmation is shown for a moment: look for it in every frame.
  const confirmed = page.waitForFunction(
    () => [...document.querySelectorAll("[role=tooltip]")].some((tip) => tip.textContent?.includes("Copied")),
    null,
    { polling: "raf" },
  );
  await page.getByRole("button", { name: "Copy prompt" }).click();
  await confirmed;
  await page.getByRole("textbox", { name: "Search images" }).focus();
  await page.keyboard.press("Control+V");
  await expect.poll(() => page.getByRole("textbox", { name: "Search images" }).inputValue()).toBe(prompt);
});

it("says why a job failed, until the message is dismissed", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, "a bridge [fault:node_error]");
  const result = resultCard(page, prompt);
  await waitForVisible(result.getByText("The ComfyUI server reported an error."));
  expect(await result.getByText(/simulated failure/).count()).toBe(0);
  await result.getByRole("button", { name: "Details" }).click();
  await waitForVisible(result.getByText(/simulated failure/));
  await waitForVisible(result.getByRole("button", { name: "Retry" }));
  await result.getByRole("button", { name: "Dismiss" }).click();
  await result.waitFor({ state: "detached" });
  await page.reload();
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  expect(await resultCard(page, prompt).count()).toBe(0);
});

it("shows a rejected value at its field", async () => {
  const { page } = await browser.open("/generate");
  await page.route("**/api/v1/generation-jobs", (route) =>
    route.request().method() === "POST"
      ? route.continue({ postData: JSON.stringify({ ...route.request().postDataJSON(), width: 100 }) })
      : route.continue(),
  );
  await submitPrompt(page, "a boat");
  await waitForVisible(page.getByRole("group", { name: "Size" }).getByText("must be a multiple of 8"));
});

it("keeps the form visible beside the results", async () => {
  const { page } = await browser.open("/generate", { viewport: { width: 1366, height: 620 } });
  const prompt = await submitPrompt(page, "a tall poplar");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  const button = page.getByRole("button", { name: /^Generate/ });
  const isInWindow = async () => {
    const box = await button.boundingBox();
    return box !== null && box.y > 64 && box.y + box.height <= 620;
  };
  await expect.poll(isInWindow).toBe(true);
  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await expect.poll(() => page.evaluate(() => window.scrollY)).toBeGreaterThan(100);
  await expect.poll(isInWindow).toBe(true);
  await page.getByRole("button", { name: /^Sampling/ }).click();
  await expect.poll(isInWindow).toBe(true);
});

it("wraps a long word instead of widening the page", async () => {
  const { page } = await browser.open("/generate", { viewport: { width: 360, height: 740 } });
  const prompt = await submitPrompt(page, "w".repeat(300));
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

it("regenerates a job from the history with the same prompt", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, "a windmill");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  await page.getByRole("link", { name: "History", exact: true }).click();
  await page
    .getByRole("textbox", { name: "Search prompts" })
    .or(page.getByRole("searchbox"))
    .last()
    .fill(prompt);
  await page.waitForURL(/search=/);
  await page
    .getByRole("button", { name: /^Actions for job/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: "Regenerate with a new seed" }).click();
  await waitForVisible(page.getByText("Queued", { exact: true }).first());
  await expect.poll(() => page.locator("[data-job]").count()).toBe(2);
  await page
    .getByRole("button", { name: /^Actions for job/ })
    .last()
    .click();
  await page.getByRole("menuitem", { name: "Reuse settings" }).click();
  await page.waitForURL(/\/generate$/);
  await expect
    .poll(() => page.getByRole("textbox", { name: "Prompt", exact: true }).inputValue())
    .toBe(prompt);
});

it("shows the cancel button of a job on a phone", async () => {
  const { page } = await browser.open("/generate", {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  const prompt = await submitPrompt(
    page,
    slowPrompt("a very long description of a harbour in the evening light", 120),
  );
  const run = jobCard(page, prompt);
  await waitForVisible(run.getByText("Running"));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  const cancel = run.getByRole("button", { name: "Cancel" });
  const box = await cancel.boundingBox();
  expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(360);
  await cancel.tap();
  await waitForVisible(resultCard(page, prompt).getByText("Cancelled"));
});
