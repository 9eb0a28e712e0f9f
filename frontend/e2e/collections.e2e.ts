/** Collections: fill one, share it by a link, drag images onto it, and the smart ones. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible, violations } from "./axe";
import { withBrowser } from "./browser";
import { PHONE } from "./devices";
import { importImages } from "./imported";
import { unique } from "./opened";
import { smallTargets } from "./touch-targets";
import { holdToast, waitForPage, waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

const tiles = (page: Page) => page.getByRole("list", { name: "Images" }).getByRole("link");
const ticks = (page: Page) => page.getByRole("checkbox", { name: /^Select/ });

it("collects selected images, shows the collection, and shares it by a link with a password", async () => {
  const { page } = await browser.open("/collections");
  const name = unique("Foxes");
  await importImages(page, name, 3);
  await page.goto(`/gallery?search=${name}`);
  await waitForVisible(page.getByText("3 items", { exact: true }));
  await ticks(page).first().check();
  await ticks(page)
    .nth(2)
    .click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Add to collection" }).click();
  await page.getByRole("dialog").getByRole("searchbox").fill(name);
  const create = page.getByRole("button", { name: `Create “${name}”` });
  await waitForVisible(create);
  await expectAccessible(page, "adding to a collection");
  await create.click();
  await waitForVisible(page.getByText(`3 added to ${name}`));

  await page.goto(`/collections?search=${name}`);
  await waitForVisible(page.getByText("3 items", { exact: true }));
  await page.getByRole("link", { name }).click();
  await page.waitForURL(/\/collections\/\d+$/);
  await waitForVisible(tiles(page));
  await ticks(page).first().check();
  await page.getByRole("button", { name: "Remove from collection" }).click();
  await waitForVisible(page.getByText("2 items", { exact: true }));
  await expectAccessible(page, "a collection");

  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Share" }).click();
  await page.getByLabel("Password (optional)").fill("open sesame");
  await page.getByRole("button", { name: "Make link" }).click();
  const address = await page.getByText(/\/s\/[\w-]{20,}$/).textContent();
  await expectAccessible(page, "sharing");
  await visit(address ?? "", name);

  await page.getByRole("switch", { name: "The link works" }).click();
  await waitForVisible(page.getByText("The link is turned off"));
  const { page: visitor } = await browser.open(address ?? "");
  await waitForVisible(visitor.getByText("This link does not work"));
});

/** See the collection as a visitor does, on a phone. */
async function visit(address: string, name: string): Promise<void> {
  const { page } = await browser.open(address, PHONE);
  await page.getByLabel("Password").fill("wrong");
  await page.getByRole("button", { name: "Show images" }).tap();
  await waitForVisible(page.getByText("the password is wrong"));
  expect(await violations(page)).toEqual([]);
  await page.getByLabel("Password").fill("open sesame");
  await page.getByRole("button", { name: "Show images" }).tap();
  await waitForVisible(page.getByRole("heading", { name }));
  const images = page.getByRole("button", { name: /^Open/ });
  await expect.poll(() => images.count()).toBe(2);
  await expectAccessible(page, "a shared collection");
  expect(await smallTargets(page)).toEqual([]);
  await images.first().tap();
  await waitForVisible(page.getByRole("dialog"));
  expect(await violations(page)).toEqual([]);
  expect(await smallTargets(page)).toEqual([]);
  await page.getByRole("button", { name: "Next" }).tap();
  await expect.poll(() => page.getByRole("button", { name: "Next" }).isDisabled()).toBe(true);
}

it("takes images that are dragged onto it, and is deleted unless that is undone", async () => {
  const { page } = await browser.open("/gallery");
  const name = unique("Herons");
  await importImages(page, name, 2);
  const made = await page.request.post("/api/v1/collections", { data: { name } });
  const { id } = (await made.json()) as { id: number };
  await page.goto(`/gallery?search=${name}`);
  await waitForVisible(page.getByText("2 items", { exact: true }));
  await ticks(page).first().check();
  await ticks(page).nth(1).check();
  const box = await tiles(page).first().boundingBox();
  if (box === null) throw new Error("the tile is not visible");
  const middle = [box.x + box.width / 2, box.y + box.height / 2] as const;
  await page.mouse.move(...middle);
  await page.mouse.down();
  await page.mouse.move(middle[0] + 20, middle[1] + 8, { steps: 4 });
  const target = page.locator(`[data-drop-target="${name}"]`);
  await waitForVisible(target);
  await target.scrollIntoViewIfNeeded();
  await target.hover();
  await target.hover();
  await page.mouse.up();
  await waitForVisible(page.getByText(`2 added to ${name}`));
  await page.goto(`/collections/${id}`);
  await waitForVisible(page.getByText("2 items", { exact: true }));

  await page.getByRole("button", { name: `Actions for ${name}` }).click();
  await page.getByRole("menuitem", { name: "Delete" }).click();
  await page.waitForURL(/\/collections$/);
  await (await holdToast(page, "Undo")).click();
  await waitForVisible(page.getByRole("link", { name }));
  expect((await page.request.get(`/api/v1/collections/${id}`)).status()).toBe(200);
});

it("keeps a search as a smart collection, and marks favourites", async () => {
  const { page } = await browser.open("/gallery");
  const name = unique("Otters");
  await importImages(page, name, 2);
  await page.goto(`/gallery?search=${name}`);
  await waitForVisible(page.getByText("2 items", { exact: true }));
  await tiles(page).first().hover();
  await waitForWrite(page, () =>
    page
      .getByRole("button", { name: new RegExp(`^Favourite ${name}`), pressed: false })
      .first()
      .click(),
  );
  await page.getByRole("button", { name: "Favourites" }).click();
  await waitForVisible(page.getByText("1 item", { exact: true }));
  await page.getByRole("button", { name: "Save as smart collection" }).click();
  await expectAccessible(page, "a new smart collection");
  await page.getByRole("button", { name: "Create" }).click();
  await page.waitForURL(/\/collections\/\d+$/);
  await waitForPage(page);
  await waitForVisible(page.getByText("1 item", { exact: true }));
  await waitForVisible(page.getByText(`“${name}”`));
  await tiles(page).first().click({ button: "right" });
  await waitForVisible(page.getByRole("menuitem", { name: "Add to collection" }));
  await expectAccessible(page, "the menu of an image");
});
