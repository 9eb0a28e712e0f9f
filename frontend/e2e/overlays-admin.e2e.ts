/** What queue, overview, storage, announcements and audit log open: accessible, and large enough for fingers. */
import type { Page } from "playwright-core";
import { withBrowser } from "./browser";
import { checkScenes, dialog, fixed, list, type Opening, type Scene, unfold, unique } from "./opened";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

async function withSubmission(page: Page): Promise<Scene> {
  await page.request.post("/api/v1/generation-jobs", { data: { prompt: unique("a quay"), batch_size: 2 } });
  return {
    path: "/admin?show=done",
    openings: [
      list("User"),
      unfold(/^Show jobs of/),
      dialog(/^Timeline of job/),
      dialog("Pause the queue", { name: "pause" }),
    ],
  };
}

const tables: Opening = {
  name: "the values of a chart as a table",
  stays: true,
  open: async (page) => {
    for (const summary of await page.getByText("Show as table").all()) await summary.click();
  },
};
const limits: Opening = {
  name: "limits of a user",
  stays: true,
  open: async (page) => {
    await page.getByRole("combobox", { name: "User" }).fill("local");
    await page.getByRole("option", { name: "local" }).click();
    await waitForVisible(page.getByLabel("Quota in GB"));
  },
};

checkScenes(browser, {
  "the queue": withSubmission,
  "the overview": fixed("/admin/overview", [tables]),
  "the page of storage": fixed("/admin/storage", [list("User"), limits]),
  "the page of announcements": fixed("/admin/announcements", [list("To")]),
  "the audit log": fixed("/admin/log", [list("By"), unfold("Details")]),
});
