/** Files of other programs: read where they are dropped, and imported. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { resultCard, withBrowser } from "./browser";
import { withParameters } from "./imported";
import { unique } from "./opened";
import { type File, makePng } from "./pixels";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

const SETTINGS =
  "Steps: 33, Sampler: DPM++ 2M Karras, CFG scale: 6.5, Seed: 1234, Size: 640x448, Model: not-here";

async function fileOf(page: Page, prompt: string): Promise<File> {
  const file = withParameters(await makePng(page, 80, 56), `${prompt}\nNegative prompt: blurry\n${SETTINGS}`);
  return { ...file, name: `${prompt}.png` };
}

/** Drop a file on the page as a file manager does. */
async function drop(page: Page, file: File): Promise<void> {
  const data = await page.evaluateHandle(
    ([base64, name]) => {
      const bytes = Uint8Array.from(atob(base64 ?? ""), (one) => one.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name ?? "", { type: "image/png" }));
      return transfer;
    },
    [file.buffer.toString("base64"), file.name],
  );
  await page.locator("main").dispatchEvent("drop", { dataTransfer: data, bubbles: true });
}

it("imports files, skips those that are there already, and says why one was refused", async () => {
  const { page } = await browser.open("/import");
  const files = await Promise.all([1, 2].map(() => fileOf(page, unique("a heron"))));
  const text: File = { name: "note.png", mimeType: "image/png", buffer: Buffer.from("no image") };
  await page.getByLabel("Files", { exact: true }).setInputFiles([...files, text]);
  await waitForVisible(page.getByText("2 imported · 1 refused"));
  await expectAccessible(page, "an import");
  await page.getByRole("button", { name: "Clear list" }).click();
  await page.getByLabel("Files", { exact: true }).setInputFiles(files);
  await waitForVisible(page.getByText("0 imported · 2 already in your gallery"));
  await page.getByRole("link", { name: "Open" }).first().click();
  await page.waitForURL(/\/view\/\d+$/);
});

it("imports a folder with the folders in it, and waits for the server", async () => {
  const { page } = await browser.open("/import");
  const [first, second] = await Promise.all([1, 2].map(() => fileOf(page, unique("a swan"))));
  const folder = await mkdtemp(join(tmpdir(), "genonaut-import-"));
  try {
    await mkdir(join(folder, "summer"));
    await writeFile(join(folder, "1.png"), first?.buffer ?? "");
    await writeFile(join(folder, "summer", "2.png"), second?.buffer ?? "");
    await writeFile(join(folder, "notes.doc"), "not offered");
    await page.context().setOffline(true);
    await page.getByLabel("Folder", { exact: true }).setInputFiles(folder);
    await waitForVisible(page.getByText("Sending: The server cannot be reached. Retrying…"));
    await page.context().setOffline(false);
    await waitForVisible(page.getByText("2 imported", { exact: true }));
    await waitForVisible(page.getByText(/\/summer\/2\.png$/));
    await waitForVisible(page.getByText("1 other file was left out: no images, videos or zips"));
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("reads a file that is dropped anywhere, and uses its settings", async () => {
  const { page } = await browser.open("/notifications");
  await waitForVisible(page.getByRole("heading", { name: "Notifications" }));
  const prompt = unique("a dropped fox");
  const file = await fileOf(page, prompt);
  await drop(page, file);
  const dialog = page.getByRole("dialog");
  await waitForVisible(dialog.getByText("DPM", { exact: false }).or(dialog.getByText("dpmpp_2m")));
  await waitForVisible(dialog.getByText("Not on your ComfyUI servers: not-here"));
  await expectAccessible(page, "a dropped file");
  await dialog.getByRole("button", { name: "Use these settings" }).click();
  await page.waitForURL(/\/generate$/);
  const field = page.getByRole("textbox", { name: "Prompt", exact: true });
  await expect.poll(() => field.inputValue()).toBe(prompt);
  await waitForVisible(page.getByText(/33 steps/));

  await drop(page, file);
  await dialog.getByRole("button", { name: "Add to gallery" }).click();
  await waitForVisible(page.getByText("Added to the gallery"));
});

it("makes an image again with the nearest model when its own is missing", async () => {
  const { page } = await browser.open("/import", { viewport: { width: 390, height: 844 } });
  const prompt = unique("a grey heron");
  const settings = "Steps: 8, Sampler: Euler a, CFG scale: 6.5, Seed: 1234, Size: 256x256, Model: sd15-old";
  const file = withParameters(await makePng(page, 256, 256), `${prompt}\n${settings}`);
  await page.getByLabel("Files", { exact: true }).setInputFiles({ ...file, name: `${prompt}.png` });
  await waitForVisible(page.getByText("1 imported"));
  await page.getByRole("link", { name: "Open" }).first().click();
  await page.waitForURL(/\/view\/\d+$/);
  await page.getByRole("button", { name: "Make it again" }).click();
  const dialog = page.getByRole("dialog", { name: "Make it again" });
  await waitForVisible(dialog.getByText("Not available any more"));
  const substitute = dialog.getByRole("combobox", { name: "Use instead" });
  expect(await substitute.inputValue()).toBe("sd15.safetensors");
  await expectAccessible(page, "making an image again");
  await dialog.getByRole("button", { name: "Make it again" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.goto("/generate");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  const jobs = await page.request.get(`/api/v1/generation-jobs?${new URLSearchParams({ search: prompt })}`);
  const { items } = (await jobs.json()) as {
    items: { checkpoint_model: string; params: { seed: number } }[];
  };
  expect(items).toMatchObject([{ checkpoint_model: "sd15.safetensors", params: { seed: 1234 } }]);
});
