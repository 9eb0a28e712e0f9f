import type { Page } from "playwright-core";
import { afterEach, it } from "vitest";
import { BASE_URL, jobCard, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

afterEach(async () => {
  // A failed journey must not leave the queue paused for the others.
  for (const body of [{}, { backend: "sim1" }]) {
    await fetch(`${BASE_URL}/api/v1/queue/resume`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }
});

const record = (page: Page, words: string) => page.getByRole("listitem").filter({ hasText: words });

it("pauses and resumes the queue: running jobs finish, waiting jobs show the reason", async () => {
  const { page, context } = await browser.open("/generate");
  const first = await submitPrompt(page, slowPrompt("the last one before", 3));
  await waitForVisible(jobCard(page, first).getByText("Running"));
  const admin = await context.newPage();
  await admin.goto("/admin");
  await admin.getByRole("button", { name: "Pause the queue" }).click();
  const dialog = admin.getByRole("dialog", { name: "Pause the queue?" });
  await dialog.getByLabel(/^Reason/).fill("a new graphics card");
  await dialog.getByRole("button", { name: "Pause" }).click();
  await waitForVisible(admin.getByText(/The queue was paused .*: a new graphics card/));

  await page.bringToFront();
  await waitForVisible(resultCard(page, first).getByText(/^Done in/));
  const second = await submitPrompt(page, "the first one after");
  await waitForVisible(jobCard(page, second).getByText(/the queue is paused: a new graphics card/i));
  await admin.bringToFront();
  await admin.reload();
  await waitForVisible(record(admin, second).getByText(/the queue is paused/i));
  await admin.goto("/admin/servers");
  await waitForVisible(record(admin, "Queue").getByText("paused"));
  await admin.goto("/admin");
  await admin.getByRole("button", { name: "Resume" }).click();
  await waitForVisible(admin.getByRole("button", { name: "Pause the queue" }));
  await page.bringToFront();
  await waitForVisible(resultCard(page, second).getByText(/^Done in/));
});

it("shows which worker renders which job, and pauses one ComfyUI server", async () => {
  const { page, context } = await browser.open("/generate");
  const prompt = await submitPrompt(page, slowPrompt("a mill", 120));
  await waitForVisible(jobCard(page, prompt).getByText("Running"));
  const admin = await context.newPage();
  await admin.goto("/admin/servers");
  const workers = admin.getByRole("region", { name: "Workers" });
  await waitForVisible(workers.getByText("Running", { exact: true }));
  await waitForVisible(workers.getByText(/1 of \d+ slots? in use/));
  await waitForVisible(workers.getByText(/#\d+ on sim1/));
  const servers = admin.getByRole("region", { name: "ComfyUI servers" });
  await servers.getByRole("button", { name: "Pause sim1" }).click();
  await waitForVisible(servers.getByText("Paused", { exact: true }));
  await servers.getByRole("button", { name: "Resume sim1" }).click();
  await servers.getByText("Paused", { exact: true }).waitFor({ state: "hidden" });
  await page.bringToFront();
  await jobCard(page, prompt).getByRole("button", { name: "Cancel" }).click();
  await waitForVisible(resultCard(page, prompt).getByText("Cancelled"));
});

it("cancels a waiting job, shows why a job failed and retries it", async () => {
  const { page } = await browser.open("/admin");
  const submit = async (prompt: string) => {
    const made = await page.request.post("/api/v1/generation-jobs", { data: { prompt } });
    return ((await made.json()) as { id: number }).id;
  };
  const failing = `an adder ${Math.random().toString(36).slice(2, 8)} [fault:node_error]`;
  await submit(failing);
  await page.getByRole("button", { name: /^Failed/ }).click();
  await page.waitForURL(/show=failed/);
  await waitForVisible(record(page, failing));
  await page.request.post("/api/v1/queue/pause", { data: {} });
  await record(page, failing).getByRole("button", { name: "Retry" }).first().click();
  await page.getByRole("button", { name: /^Waiting and running/ }).click();
  await waitForVisible(record(page, failing).getByText(/the queue is paused/i));
  await record(page, failing).getByRole("button", { name: "Cancel" }).click();
  await record(page, failing).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Cancelled/ }).click();
  await waitForVisible(record(page, failing));
});

it("creates, promotes and deletes a user; the log has each action", async () => {
  const { page } = await browser.open("/admin/users");
  const name = `dora-${Math.random().toString(36).slice(2, 8)}`;
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog", { name: "New user" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByLabel("Initial password").fill("correct horse battery");
  await dialog.getByRole("button", { name: "Create" }).click();
  const actions = page.getByRole("button", { name: `Actions for ${name}` });
  await actions.click();
  await page.getByRole("menuitem", { name: "Make administrator" }).click();
  await waitForVisible(record(page, name).getByText("Admin", { exact: true }));
  await actions.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await record(page, name).waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "Audit log" }).click();
  await page.getByRole("searchbox", { name: "Search the log" }).fill(name);
  for (const action of [
    `created the user ${name}`,
    `made ${name} an administrator`,
    `deleted the user ${name}`,
  ])
    await waitForVisible(record(page, action));
  await page.getByRole("combobox", { name: "Action" }).selectOption({ label: "Role changed" });
  await page.waitForURL(/kind=role\.changed/);
  await record(page, `created the user ${name}`).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Show details/ }).click();
  await waitForVisible(page.getByText("role.changed"));
});
