import type { Page } from "playwright-core";
import { afterEach, it } from "vitest";
import { BASE_URL, generate, resultOf, runOf, slowly, withBrowser } from "./browser";
import { see } from "./expect";

const browser = withBrowser();

afterEach(async () => {
  // Whatever became of a journey, the others want their pictures.
  for (const body of [{}, { backend: "sim1" }]) {
    await fetch(`${BASE_URL}/api/v1/queue/resume`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  }
});

const record = (page: Page, words: string) => page.getByRole("listitem").filter({ hasText: words });

it("pauses the queue: what runs is finished, what waits says why, and goes on when it is resumed", async () => {
  const { page, context } = await browser.open("/generate");
  const first = await generate(page, slowly("the last one before", 3));
  await see(runOf(page, first).getByText("Running"));
  const admin = await context.newPage();
  await admin.goto("/admin");
  await admin.getByRole("button", { name: "Pause the queue" }).click();
  const dialog = admin.getByRole("dialog", { name: "Pause the queue?" });
  await dialog.getByLabel(/^Reason/).fill("a new graphics card");
  await dialog.getByRole("button", { name: "Pause" }).click();
  await see(admin.getByText(/The queue is paused since .*: a new graphics card/));

  await page.bringToFront();
  await see(resultOf(page, first).getByText(/^Done in/));
  const second = await generate(page, "the first one after");
  await see(runOf(page, second).getByText(/the queue is paused: a new graphics card/i));
  await admin.bringToFront();
  await admin.reload();
  await see(record(admin, second).getByText(/the queue is paused/i));
  await admin.goto("/admin/servers");
  await see(record(admin, "Queue").getByText("paused"));
  await admin.goto("/admin");
  await admin.getByRole("button", { name: "Resume" }).click();
  await see(admin.getByRole("button", { name: "Pause the queue" }));
  await page.bringToFront();
  await see(resultOf(page, second).getByText(/^Done in/));
});

it("shows who renders what, and pauses one server", async () => {
  const { page, context } = await browser.open("/generate");
  const prompt = await generate(page, slowly("a mill", 120));
  await see(runOf(page, prompt).getByText("Running"));
  const admin = await context.newPage();
  await admin.goto("/admin/servers");
  const workers = admin.getByRole("region", { name: "Workers" });
  await see(workers.getByText("running", { exact: true }));
  await see(workers.getByText(/1 of \d+ slots? in use/));
  await see(workers.getByText(/#\d+ on sim1/));
  const servers = admin.getByRole("region", { name: "ComfyUI servers" });
  await servers.getByRole("button", { name: "Pause sim1" }).click();
  await see(servers.getByText("paused", { exact: true }));
  await servers.getByRole("button", { name: "Resume sim1" }).click();
  await servers.getByText("paused", { exact: true }).waitFor({ state: "hidden" });
  await page.bringToFront();
  await runOf(page, prompt).getByRole("button", { name: "Cancel" }).click();
  await see(resultOf(page, prompt).getByText("Cancelled"));
});

it("cancels what waits, shows why a job failed and tries it again", async () => {
  const { page } = await browser.open("/admin");
  const job = async (prompt: string) => {
    const made = await page.request.post("/api/v1/generation-jobs", { data: { prompt } });
    return ((await made.json()) as { id: number }).id;
  };
  const failing = `an adder ${Math.random().toString(36).slice(2, 8)} [fault:node_error]`;
  await job(failing);
  await page.getByRole("button", { name: /^Failed/ }).click();
  await page.waitForURL(/show=failed/);
  await see(record(page, failing));
  await page.request.post("/api/v1/queue/pause", { data: {} });
  await record(page, failing).getByRole("button", { name: "Retry" }).first().click();
  await page.getByRole("button", { name: /^Waiting and running/ }).click();
  await see(record(page, failing).getByText(/the queue is paused/i));
  await record(page, failing).getByRole("button", { name: "Cancel" }).click();
  await record(page, failing).waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Cancelled/ }).click();
  await see(record(page, failing));
});

it("makes, promotes and deletes a user; each act is in the log", async () => {
  const { page } = await browser.open("/admin/users");
  const name = `dora-${Math.random().toString(36).slice(2, 8)}`;
  await page.getByRole("button", { name: "New user" }).click();
  const dialog = page.getByRole("dialog", { name: "New user" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByLabel("First password").fill("correct horse battery");
  await dialog.getByRole("button", { name: "Create" }).click();
  const actions = page.getByRole("button", { name: `Actions for ${name}` });
  await actions.click();
  await page.getByRole("menuitem", { name: "Make an administrator" }).click();
  await see(record(page, name).getByText("Admin", { exact: true }));
  await actions.click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await record(page, name).waitFor({ state: "hidden" });
  await page.getByRole("tab", { name: "Log" }).click();
  for (const act of [/^User made/, /^Role changed/, /^User deleted/]) await see(page.getByText(act));
});
