import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Page } from "playwright-core";
import { afterEach, expect, it } from "vitest";
import { withBrowser } from "../browser";
import { waitForPage, waitForVisible } from "../waiting";

const browser = withBrowser();

/** A webhook receiver that wants no more calls. */
const receiver = createServer((request, answer) => {
  request.resume();
  request.on("end", () => answer.writeHead(410).end());
});

afterEach(() => {
  receiver.closeAllConnections();
  receiver.close();
});

/** Delete the webhook of an earlier try, which would keep its alert active. */
async function deleteWebhooks(page: Page): Promise<void> {
  const found = await page.request.get("/api/v1/webhooks");
  for (const { id } of (await found.json()) as readonly { id: number }[])
    await page.request.delete(`/api/v1/webhooks/${id}`);
}

/** Create a webhook that is disabled because of its receiver's answer; return its id. */
async function disabledWebhook(page: Page): Promise<number> {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const made = await page.request.post("/api/v1/webhooks", { data: { url, events: ["job.completed"] } });
  const { id } = ((await made.json()) as { webhook: { id: number } }).webhook;
  expect((await page.request.post(`/api/v1/webhooks/${id}/test`)).ok()).toBe(true);
  return id;
}

it("shows an alert while its condition lasts, notifies the administrator, and lists it as ended", async () => {
  const { page, context } = await browser.open("/admin/overview");
  const preferences = { notifications_enabled: true, notification_types: { system: true } };
  const stored = await page.request.put("/api/v1/users/me/preferences", { data: preferences });
  expect(stored.ok()).toBe(true);
  await deleteWebhooks(page);
  const alerts = page.getByRole("region", { name: "Alerts" });
  await waitForVisible(alerts.getByText("No alert is active."));
  const id = await disabledWebhook(page);
  const alert = alerts.getByRole("listitem").filter({ hasText: `Webhook ${id} was disabled` });
  await waitForVisible(alert.getByLabel("Active"));
  await waitForVisible(alert.getByText(/The receiver answered 410 Gone/));

  const news = await context.newPage();
  await news.goto("/notifications");
  await waitForVisible(news.getByText(`Webhook ${id} was disabled`, { exact: true }));

  expect((await page.request.delete(`/api/v1/webhooks/${id}`)).ok()).toBe(true);
  await waitForVisible(news.getByText(`Ended: Webhook ${id} was disabled`));
  await page.reload();
  await waitForVisible(alert.getByLabel("Ended"));
  await waitForVisible(alert.getByText(/lasted/));
  await waitForVisible(alerts.getByText("No alert is active."));
});

/** Wait until the chart of jobs has this summary. */
const waitForJobs = (page: Page, summary: string) =>
  waitForVisible(page.getByRole("img", { name: `Jobs: ${summary}` }));

it("shows the jobs of a day, a week and a month, by model and ComfyUI server", async () => {
  const { page } = await browser.open("/admin/overview");
  await waitForJobs(page, "8 completed, 0 failed, 0 cancelled");
  const period = page.getByRole("combobox", { name: "Period" });
  await period.selectOption({ label: "Week" });
  await waitForJobs(page, "10 completed, 3 failed, 0 cancelled");
  await period.selectOption({ label: "Month" });
  await waitForJobs(page, "14 completed, 3 failed, 0 cancelled");
  await waitForVisible(page.getByText("Errors: execution_failed (3)"));
  const row = page.getByRole("table", { name: "Jobs by model" }).getByRole("row", { name: /earlier/ });
  expect(await row.getByRole("cell").allTextContents()).toEqual(["6", "3", "0", "2.0 s", "10 s"]);

  await page.getByRole("combobox", { name: "Model" }).selectOption({ label: "earlier" });
  await waitForJobs(page, "6 completed, 3 failed, 0 cancelled");
  await page.getByRole("combobox", { name: "ComfyUI server" }).selectOption({ label: "gone" });
  await waitForJobs(page, "4 completed, 0 failed, 0 cancelled");
  await page.reload();
  await waitForJobs(page, "4 completed, 0 failed, 0 cancelled");
  await waitForPage(page);
  const rendering = page.getByRole("figure").filter({ hasText: "Render time, mean" });
  await rendering.getByText("Show as table").click();
  const times = rendering.getByRole("table", { name: "Render time, mean" });
  expect(await times.getByRole("row").count()).toBe(31);
  expect((await times.getByRole("cell").allTextContents()).filter((text) => text !== "–")).toEqual(["10 s"]);
});
