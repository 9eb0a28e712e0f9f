/** The viewer's keys and strip, and images side by side. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { withBrowser } from "./browser";
import { importImages } from "./imported";
import { unique } from "./opened";
import { holdToast, waitForStable, waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

const transforms = (page: Page) =>
  page
    .getByRole("list", { name: "Compared images" })
    .locator("img")
    .evaluateAll((images) => images.map((image) => (image as HTMLElement).style.transform));

it("compares images with one zoom, a slider, and a table of what differs", async () => {
  const { page } = await browser.open("/gallery");
  const name = unique("Wrens");
  await importImages(page, name, 2);
  await page.goto(`/gallery?search=${name}`);
  await waitForVisible(page.getByText("2 items", { exact: true }));
  const ticks = page.getByRole("checkbox", { name: /^Select/ });
  await ticks.first().check();
  await ticks.nth(1).check();
  await page.getByRole("button", { name: "Compare", exact: true }).click();
  await page.waitForURL(/\/compare\?ids=/);
  const seed = page.getByRole("row", { name: /^Seed/ });
  await waitForVisible(seed);
  expect(await seed.getAttribute("data-differs")).toBe("true");
  expect(await page.getByRole("row", { name: /^Steps/ }).getAttribute("data-differs")).toBeNull();
  await expectAccessible(page, "compared images");

  const frame = page.getByRole("region", { name: /^Compared/ }).first();
  const fitted = await waitForStable(page, () => transforms(page));
  await frame.hover();
  await page.mouse.wheel(0, -400);
  await expect.poll(async () => (await transforms(page))[0]).not.toBe(fitted[0]);
  const scales = (await transforms(page)).map((text) => /scale\(([\d.]+)\)/.exec(text)?.[1]);
  expect(scales[0]).toBe(scales[1]);
  await page.getByRole("button", { name: "Fit", exact: true }).click();
  await page.getByRole("button", { name: "Slider" }).click();
  const line = page.getByRole("slider", { name: "Line between the images" });
  await line.press("Home");
  await expect.poll(() => line.getAttribute("aria-valuetext")).toBe("0 % of the first image");
});

it("rates, marks and deletes by keys, steps along the strip, and hides the rest of the app", async () => {
  const { page } = await browser.open("/gallery");
  const name = unique("Larks");
  await importImages(page, name, 3);
  await page.goto(`/gallery?search=${name}`);
  await waitForVisible(page.getByText("3 items", { exact: true }));
  await page.getByRole("list", { name: "Images" }).getByRole("link").first().click();
  const strip = page.getByRole("list", { name: "Images around this one" }).getByRole("button");
  await expect.poll(() => strip.count()).toBe(3);
  await strip.nth(1).click();
  await waitForVisible(
    page.getByRole("button", { name: `${name} 2`, exact: true }).and(page.locator("[aria-current]")),
  );
  await waitForWrite(page, () => page.keyboard.press("4"));
  await waitForVisible(page.getByText("4.0 from 1 rating"));
  await waitForWrite(page, () => page.keyboard.press("f"));
  await waitForVisible(page.getByRole("button", { name: "Favourite", pressed: true }));

  await page.keyboard.press("i");
  await expect.poll(() => page.getByRole("navigation", { name: "Main" }).isVisible()).toBe(false);
  const image = page.getByRole("region", { name: /^Image/ });
  await image.hover();
  await page.mouse.wheel(0, -500);
  await waitForVisible(page.getByRole("region", { name: "Image at full size" }));
  await page.keyboard.press("Escape");
  await waitForVisible(page.getByRole("region", { name: "Image", exact: true }));
  await expectAccessible(page, "the immersive view");
  await page.keyboard.press("Escape");
  await waitForVisible(page.getByRole("navigation", { name: "Main" }));

  const before = new URL(page.url()).pathname;
  await page.keyboard.press("Delete");
  const undo = await holdToast(page, "Undo");
  await page.waitForURL((url) => url.pathname !== before);
  await undo.click();
  await page.waitForURL(`**${before}`);
});
