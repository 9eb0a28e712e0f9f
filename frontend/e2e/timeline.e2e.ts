import { expect, it } from "vitest";
import { resultCard, submitPrompt, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

it("shows the timeline of a job from the history and from the admin queue", async () => {
  const { page } = await browser.open("/generate");
  const prompt = await submitPrompt(page, "a bridge [fault:node_error]");
  await waitForVisible(resultCard(page, prompt).getByText("The ComfyUI server reported an error."));

  await page.goto(`/generate/history?search=${encodeURIComponent(prompt)}`);
  await page.getByRole("button", { name: /^Actions for job/ }).click();
  await page.getByRole("menuitem", { name: "Timeline" }).click();
  const timeline = page.getByRole("dialog", { name: /^Timeline of job/ });
  await waitForVisible(timeline.getByText("Submitted"));
  await expect
    .poll(async () => (await timeline.getByRole("listitem").allInnerTexts())[0])
    .toContain("Submitted");
  await waitForVisible(timeline.getByText(/^Attempt 1 started on/));
  await waitForVisible(timeline.getByText(/simulated failure/));
  const title = (await timeline.getByRole("heading").textContent()) ?? "";
  await page.keyboard.press("Escape");
  await timeline.waitFor({ state: "hidden" });

  await page.goto("/admin?show=failed");
  await page.getByRole("button", { name: title, exact: true }).click();
  await waitForVisible(page.getByRole("dialog", { name: title }).getByText(/simulated failure/));
});
