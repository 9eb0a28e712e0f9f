import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "./axe";
import { withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

const record = (page: Page, words: string) => page.getByRole("listitem").filter({ hasText: words });

/** Search for a model; return its row. */
async function findModel(page: Page, name: string) {
  await page.goto(`/admin/models?${new URLSearchParams({ search: name })}`);
  await waitForVisible(record(page, name));
  return record(page, name).first();
}

it("adds a model by hand, corrects it and resets it to the detected values", async () => {
  const { page } = await browser.open("/admin/models");
  const name = `sdxl-brush-${Math.random().toString(36).slice(2, 8)}.safetensors`;
  await page.getByRole("button", { name: "Add manually" }).click();
  const dialog = page.getByRole("dialog", { name: "Add a model manually" });
  await dialog.getByRole("combobox", { name: "Folder" }).click();
  await page.getByRole("option", { name: "loras" }).click();
  await dialog.getByLabel("File name").fill("../outside.safetensors");
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await waitForVisible(dialog.locator("[aria-invalid=true]"));
  await dialog.getByLabel("File name").fill(name);
  await dialog.getByRole("button", { name: "Add", exact: true }).click();
  await dialog.waitFor({ state: "hidden" });

  const row = await findModel(page, name);
  await waitForVisible(row.getByText("Not on any ComfyUI server"));
  await row.getByRole("button", { name: "Edit" }).click();
  const edit = page.getByRole("dialog", { name });
  await waitForVisible(edit.getByRole("region", { name: "Evidence" }));
  expect(await violations(page)).toEqual([]);
  await edit.getByLabel("Display name").fill("The broad brush");
  await edit.getByLabel("Trigger words, separated by commas").fill("broad strokes, bristles");
  await edit.getByRole("combobox", { name: "Architecture" }).click();
  await page.getByRole("option", { name: "Flux.1", exact: true }).click();
  await edit.getByRole("button", { name: "Save" }).click();
  await edit.waitFor({ state: "hidden" });
  await waitForVisible(row.getByText("The broad brush"));
  await waitForVisible(row.getByText("Flux.1"));

  await row.getByRole("button", { name: "Edit" }).click();
  await edit.getByRole("button", { name: "Reset to detected values" }).click();
  await edit.waitFor({ state: "hidden" });
  await row.getByText("The broad brush").waitFor({ state: "hidden" });
  await row.getByText("Flux.1").waitFor({ state: "hidden" });
});

it("disables a model and enables it again", async () => {
  const { page } = await browser.open("/admin/models");
  const row = await findModel(page, "untitled-merge");
  const offered = row.getByRole("switch");
  const isOffered = async () => {
    const answer = await page.request.get("/api/v1/models?search=untitled-merge&limit=1");
    return ((await answer.json()) as { items: { enabled: boolean }[] }).items[0]?.enabled;
  };
  await offered.click();
  await expect.poll(isOffered).toBe(false);
  await expect.poll(() => offered.isChecked()).toBe(false);
  await offered.click();
  await expect.poll(isOffered).toBe(true);
  await row.getByRole("button", { name: "Show evidence" }).click();
  await waitForVisible(row.getByRole("button", { name: "Hide evidence" }));
});

it("scans for models and hashes files", async () => {
  const { page } = await browser.open("/admin/models");
  await page.getByRole("button", { name: "Scan for models" }).click();
  await waitForVisible(page.getByRole("status").filter({ hasText: /^Last scanned/ }));
  await waitForVisible(page.getByRole("button", { name: "Scan for models" }));
  const requested = page.waitForResponse((answer) => answer.url().endsWith("/models/hash"));
  await page.getByRole("button", { name: "Hash unhashed models" }).click();
  expect((await requested).status()).toBe(202);
  await waitForVisible(page.getByText("Hashing files without a hash"));
});

it("shows the progress of hashing", async () => {
  const { page } = await browser.open("about:blank");
  await page.routeWebSocket("**/ws/models", (socket) => {
    socket.send(JSON.stringify({ type: "snapshot", refresh: {} }));
    socket.onMessage(() => {
      const progress = { type: "progress", phase: "hashes", done: 1e9, total: 4e9, unit: "bytes" };
      socket.send(JSON.stringify({ type: "pong" }));
      socket.send(JSON.stringify({ ...progress, detail: "checkpoints/big.safetensors" }));
    });
  });
  await page.goto("/admin/models");
  await waitForVisible(page.getByRole("progressbar", { name: "Hashing" }));
  await waitForVisible(page.getByText(/Hashing · 1.* of 4.*big\.safetensors/));
});

it("deletes a model that was added by hand", async () => {
  const { page } = await browser.open("/admin/models");
  const name = `style-${Math.random().toString(36).slice(2, 8)}`;
  const made = await page.request.post("/api/v1/models", {
    data: { folder: "loras", name: `${name}.safetensors`, enabled: true },
  });
  expect(made.status()).toBe(201);
  await page.getByRole("searchbox", { name: "Search models" }).fill(name);
  await page.getByRole("button", { name: `Delete ${name}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await waitForVisible(page.getByText("No models match."));
});
