import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "./axe";
import { resultCard, submitPrompt, withBrowser } from "./browser";
import { difference, makePng, pixelAt, readPixels } from "./pixels";
import { waitForStable, waitForVisible } from "./waiting";

const browser = withBrowser();

const section = (page: Page, name: string) => page.getByRole("button", { name: new RegExp(`^${name}`) });

/** Choose an uploaded image of two colours as the source. */
async function chooseSource(page: Page, width = 256, height = 256): Promise<void> {
  await section(page, "Source image").click();
  await page.getByLabel("Source image: file").setInputFiles(await makePng(page, width, height));
  await waitForVisible(page.getByRole("button", { name: "Paint a mask" }));
}

/** Wait for the image of a submission; return the address of its page. */
async function resultOf(page: Page, prompt: string): Promise<string> {
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  const link = resultCard(page, prompt).getByRole("link", { name: /^Open/ });
  return (await link.first().getAttribute("href")) ?? "";
}

const imageOf = (viewPath: string): string => `/api/v1/content/${viewPath.split("/").at(-1)}/image`;

/** Return the address of the source as the form shows it. */
async function sourceUrl(page: Page): Promise<string> {
  const shown = page.getByRole("img", { name: /^(Upload|Image) \d+$/ }).first();
  return (await shown.getAttribute("src")) ?? "";
}

it("starts from an uploaded image, more or less like it, and shows before and after", async () => {
  const { page } = await browser.open("/generate");
  await chooseSource(page);
  const source = await readPixels(page, await sourceUrl(page));
  expect([source.width, source.height]).toEqual([256, 256]);
  const near = await readPixels(page, imageOf(await generateWithStrength(page, "0.2")));
  const far = await readPixels(page, imageOf(await generateWithStrength(page, "0.9")));
  expect([near.width, near.height]).toEqual([256, 256]);
  expect(difference(near, source)).toBeGreaterThan(0);
  expect(difference(near, source)).toBeLessThan(difference(far, source));
});

async function generateWithStrength(page: Page, strength: string): Promise<string> {
  const field = page.getByRole("textbox", { name: /^Strength/ });
  await field.fill(strength);
  await field.press("Enter");
  return resultOf(page, await submitPrompt(page, `a boat, strength ${strength}`));
}

it("paints only inside a mask, bit for bit", async () => {
  const { page } = await browser.open("/generate");
  await chooseSource(page);
  const source = await readPixels(page, await sourceUrl(page));
  await page.getByRole("button", { name: "Paint a mask" }).click();
  const stage = page.getByRole("application", { name: "Mask" });
  await waitForVisible(stage);
  expect(await violations(page)).toEqual([]);
  const box = (await waitForStable(page, () => stage.boundingBox())) ?? { x: 0, y: 0, width: 0, height: 0 };
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x - 20, y);
  await page.mouse.down();
  await page.mouse.move(x + 20, y, { steps: 5 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Use mask" }).click();
  await waitForVisible(page.getByRole("button", { name: "Edit mask" }));
  const result = await readPixels(
    page,
    imageOf(await resultOf(page, await submitPrompt(page, "a red ball"))),
  );
  for (const [column, row] of [
    [2, 2],
    [4, 250],
    [250, 4],
    [200, 20],
    [20, 200],
  ] as const) {
    expect(pixelAt(result, column, row)).toEqual(pixelAt(source, column, row));
  }
  expect(pixelAt(result, 128, 128)).not.toEqual(pixelAt(source, 128, 128));
});

it("paints, inverts, undoes and redoes a mask with the keyboard alone", async () => {
  const { page } = await browser.open("/generate");
  await chooseSource(page);
  await page.getByRole("button", { name: "Paint a mask" }).click();
  const stage = page.getByRole("application", { name: "Mask" });
  await waitForVisible(stage);
  await expect.poll(() => stage.evaluate((element) => element === document.activeElement)).toBe(true);
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  const redo = page.getByRole("button", { name: "Redo", exact: true });
  expect(await undo.isDisabled()).toBe(true);
  for (const key of ["Space", "ArrowRight", "ArrowRight", "Space"]) await page.keyboard.press(key);
  await expect.poll(() => undo.isEnabled()).toBe(true);
  const painted = await waitForStable(page, () => paintedPart(page));
  expect(painted).toBeGreaterThan(0);
  await page.keyboard.press("i");
  await expect.poll(() => paintedPart(page)).toBeCloseTo(1 - painted, 2);
  await page.keyboard.press("Control+z");
  await expect.poll(() => paintedPart(page)).toBeCloseTo(painted, 3);
  await page.keyboard.press("Control+z");
  await expect.poll(() => paintedPart(page)).toBe(0);
  await expect.poll(() => redo.isEnabled()).toBe(true);
  await page.keyboard.press("Control+Shift+z");
  await expect.poll(() => paintedPart(page)).toBeCloseTo(painted, 3);
  await page.keyboard.press("c");
  await page.getByRole("button", { name: "Use mask" }).click();
  await waitForVisible(page.getByText("The mask is empty: paint what is to be made anew."));
});

it("draws only the part of a large mask that a stroke touches, and softens edges", async () => {
  const { page } = await browser.open("/generate");
  await page.evaluate(() => {
    const counted = { pixels: 0 };
    Object.assign(window, { counted });
    const { getImageData, putImageData } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype.getImageData = function read(x, y, width, height, ...rest) {
      counted.pixels += width * height;
      return getImageData.call(this, x, y, width, height, ...rest);
    };
    CanvasRenderingContext2D.prototype.putImageData = function write(
      this: CanvasRenderingContext2D,
      pixels: ImageData,
      ...rest: number[]
    ) {
      counted.pixels += pixels.width * pixels.height;
      return Reflect.apply(putImageData, this, [pixels, ...rest]);
    } as typeof putImageData;
  });
  const counted = () =>
    page.evaluate(() => (window as unknown as { counted: { pixels: number } }).counted.pixels);
  await chooseSource(page, 2048, 2048);
  await page.getByRole("button", { name: "Paint a mask" }).click();
  const stage = page.getByRole("application", { name: "Mask" });
  await waitForVisible(stage);
  const undo = page.getByRole("button", { name: "Undo", exact: true });
  const before = await waitForStable(page, counted);
  const box = (await waitForStable(page, () => stage.boundingBox())) ?? { x: 0, y: 0, width: 0, height: 0 };
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 + 20, box.y + box.height / 2, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => undo.isEnabled()).toBe(true);
  const pixels = (await counted()) - before;
  expect(pixels).toBeGreaterThan(0);
  // At most six dabs of a brush of 164 px, with the way between them.
  expect(pixels).toBeLessThan(6 * 240 * 200);
  const painted = await waitForStable(page, () => paintedPart(page));
  await undo.click();
  await expect.poll(() => paintedPart(page)).toBe(0);
  await page.getByRole("button", { name: "Redo", exact: true }).click();
  await expect.poll(() => paintedPart(page)).toBeCloseTo(painted, 4);
  await page.getByRole("button", { name: "Soften edges" }).click();
  await expect.poll(() => paintedPart(page)).not.toBe(painted);
});

/** Return the painted part of the mask, 0..1. */
const paintedPart = (page: Page): Promise<number> =>
  page.getByRole("application", { name: "Mask" }).evaluate((stage) => {
    const canvas = stage.querySelector("canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return -1;
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let sum = 0;
    for (let at = 3; at < data.length; at += 4) sum += data[at] ?? 0;
    return sum / (255 * canvas.width * canvas.height);
  });

it("extends an image by a dragged edge and keeps the rest of it", async () => {
  const { page } = await browser.open("/generate");
  await chooseSource(page);
  const source = await readPixels(page, await sourceUrl(page));
  await page.getByRole("button", { name: "Extend", exact: true }).click();
  const right = page.getByRole("slider", { name: "Extend right" });
  await right.focus();
  for (let step = 0; step < 2; step += 1) await page.keyboard.press("Shift+ArrowLeft");
  await expect.poll(() => right.getAttribute("aria-valuenow")).toBe("128");
  const handle = (await waitForStable(page, () => right.boundingBox())) ?? {
    x: 0,
    y: 0,
    width: 0,
    height: 0,
  };
  await page.mouse.move(handle.x + handle.width / 2, handle.y + handle.height / 2);
  await page.mouse.down();
  await page.mouse.move(handle.x + handle.width / 2 - 20, handle.y + handle.height / 2, { steps: 3 });
  await page.mouse.up();
  const extended = await waitForStable(page, async () => Number(await right.getAttribute("aria-valuenow")));
  expect(extended % 8).toBe(0);
  expect(extended).toBeLessThan(128);
  const result = await readPixels(
    page,
    imageOf(await resultOf(page, await submitPrompt(page, "a wide sea"))),
  );
  expect([result.width, result.height]).toEqual([256 + extended, 256]);
  expect(pixelAt(result, 3, 128)).toEqual(pixelAt(source, 3, 128));
});

it("enlarges an image from its page, and shows where it came from", async () => {
  const { page } = await browser.open("/generate");
  const path = await resultOf(page, await submitPrompt(page, "a paper lantern"));
  await page.goto(path);
  await page.getByRole("button", { name: "Make from it" }).click();
  await page.getByRole("menuitem", { name: "Upscale 2×" }).click();
  await waitForVisible(page.getByText("Upscale 2× submitted"));
  await waitForVisible(page.getByRole("heading", { name: "Made into" }));
  await page
    .getByRole("listitem")
    .filter({ has: page.getByRole("link") })
    .last()
    .getByRole("link")
    .click();
  await expect.poll(() => new URL(page.url()).pathname).not.toBe(path);
  await waitForVisible(page.getByRole("heading", { name: "Made from" }));
  const [before, after] = [
    await readPixels(page, imageOf(path)),
    await readPixels(page, imageOf(new URL(page.url()).pathname)),
  ];
  expect([after.width, after.height]).toEqual([before.width * 2, before.height * 2]);
  await page.getByRole("button", { name: "Before and after" }).click();
  await waitForVisible(page.getByRole("slider", { name: "Before and after" }));
  expect(await violations(page)).toEqual([]);
});

it("opens the mask editor for an image of the gallery", async () => {
  const { page } = await browser.open("/generate");
  const path = await resultOf(page, await submitPrompt(page, "a wooden door"));
  await page.goto(path);
  await page.getByRole("button", { name: "Make from it" }).click();
  await page.getByRole("menuitem", { name: "Inpaint" }).click();
  await page.waitForURL(/\/generate/);
  await waitForVisible(page.getByRole("application", { name: "Mask" }));
  await page.getByRole("button", { name: "Cancel" }).click();
  await waitForVisible(page.getByRole("button", { name: "Paint a mask" }));
  await expect
    .poll(() => page.getByRole("textbox", { name: "Prompt", exact: true }).inputValue())
    .toMatch(/wooden door/);
});

it("restores source, control and hires fix when settings are reused", async () => {
  const { page } = await browser.open("/generate");
  await chooseSource(page);
  await section(page, "Size and model options").click();
  await page.getByRole("switch", { name: "Enlarge and refine (hires fix)" }).check();
  const path = await resultOf(page, await submitPrompt(page, "a tall tower"));
  const source = await sourceUrl(page);
  await page.getByRole("button", { name: "Reset to defaults" }).click();
  await expect.poll(() => page.getByRole("img", { name: /^Upload \d+$/ }).count()).toBe(0);
  await page.goto(path);
  await page.getByRole("link", { name: "Reuse settings" }).click();
  await expect.poll(() => sourceUrl(page)).toBe(source);
  await expect
    .poll(() => page.getByRole("switch", { name: "Enlarge and refine (hires fix)" }).isChecked())
    .toBe(true);
});

it("applies an operation to the selected images of the gallery", async () => {
  const { page } = await browser.open("/generate");
  const paths: string[] = [];
  for (const text of ["a small cup", "a small plate"])
    paths.push(await resultOf(page, await submitPrompt(page, text)));
  await page.goto("/gallery");
  for (const path of paths) {
    const tile = page.getByRole("listitem").filter({ has: page.locator(`a[href="${path}"]`) });
    await tile.hover();
    await tile.getByRole("checkbox").check();
  }
  await page.getByRole("button", { name: "Make", exact: true }).click();
  await page.getByRole("menuitem", { name: "Vary (subtle)" }).click();
  await waitForVisible(page.getByText("Vary (subtle): 2 submitted"));
});

it("says what is wrong with a file that is no image", async () => {
  const { page } = await browser.open("/generate");
  await section(page, "Source image").click();
  await page.getByLabel("Source image: file").setInputFiles({
    name: "photo.png",
    mimeType: "image/png",
    buffer: Buffer.from("not an image"),
  });
  await waitForVisible(page.getByRole("alert"));
  await waitForVisible(page.getByRole("button", { name: "Choose file" }));
});

it("takes an image that is pasted on the page, or dropped on the panel", async () => {
  const { page } = await browser.open("/generate");
  await section(page, "Source image").click();
  const panel = page.getByRole("group", { name: "Source image" });
  const source = page.getByRole("button", { name: "Paint a mask" });
  await waitForVisible(panel);
  const { buffer } = await makePng(page, 128, 64);
  await transfer(page, "body", "paste", buffer.toString("base64"));
  await waitForVisible(source);
  const pasted = await readPixels(page, await sourceUrl(page));
  expect([pasted.width, pasted.height]).toEqual([128, 64]);
  await page.getByRole("button", { name: "Remove source" }).click();
  await expect.poll(() => section(page, "Source image").getAttribute("aria-expanded")).toBe("false");
  await section(page, "Source image").click();
  await waitForVisible(panel);
  const target = '[role="group"]:has(input[aria-label="Source image: file"])';
  await transfer(page, target, "drop", null);
  await waitForVisible(page.getByText("Only images can be dropped here."));
  expect(await source.count()).toBe(0);
  const other = await makePng(page, 64, 128);
  await transfer(page, target, "drop", other.buffer.toString("base64"));
  await waitForVisible(source);
  const dropped = await readPixels(page, await sourceUrl(page));
  expect([dropped.width, dropped.height]).toEqual([64, 128]);
});

/** Send a paste or drop event with a PNG, or with a text file, to an element. */
async function transfer(
  page: Page,
  selector: string,
  type: "paste" | "drop",
  png: string | null,
): Promise<void> {
  await page.evaluate(
    ([target, name, base64]) => {
      const data = new DataTransfer();
      const bytes = Uint8Array.from(atob(base64 ?? ""), (one) => one.charCodeAt(0));
      data.items.add(
        base64 === null
          ? new File(["a text"], "notes.txt", { type: "text/plain" })
          : new File([bytes], "photo.png", { type: "image/png" }),
      );
      const options = { bubbles: true, cancelable: true };
      const event =
        name === "paste"
          ? new ClipboardEvent("paste", { ...options, clipboardData: data })
          : new DragEvent("drop", { ...options, dataTransfer: data });
      document.querySelector(target ?? "")?.dispatchEvent(event);
    },
    [selector, type, png] as const,
  );
}
