/** Search in the gallery: facets, saved and recent searches, and images that are alike. */
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { expectAccessible } from "./axe";
import { withBrowser } from "./browser";
import { importImages } from "./imported";
import { unique } from "./opened";
import { waitForVisible, waitForWrite } from "./waiting";

const browser = withBrowser();

const count = (page: Page, text: string) => waitForVisible(page.getByText(text, { exact: true }));

/** Import three images: two have a tag, and one of these has four stars. */
async function prepare(page: Page, name: string): Promise<readonly number[]> {
  const ids = await importImages(page, name, 3);
  for (const id of ids.slice(0, 2)) {
    const answer = await page.request.patch(`/api/v1/content/${id}`, {
      data: { tags: [name.toLowerCase()] },
    });
    expect(answer.ok()).toBe(true);
  }
  await page.request.put(`/api/v1/content/${ids[0]}/rating`, { data: { rating: 4 } });
  return ids;
}

it("filters by facets with counts, saves the search with an alert, and shows what is alike", async () => {
  const { page } = await browser.open("/import");
  const name = unique("Finches");
  const tag = name.toLowerCase();
  const ids = await prepare(page, name);
  await page.goto(`/gallery?search=${name}`);
  await count(page, "3 items");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  const facet = (title: string) => page.getByRole("region", { name: title }).getByRole("button");
  await facet("Tags")
    .filter({ hasText: new RegExp(`^${tag}\\s*2$`) })
    .click();
  await page.waitForURL(/[?&]tags=/);
  await count(page, "2 items");
  await facet("Rating")
    .filter({ hasText: /^4 stars and more\s*1$/ })
    .click();
  await page.waitForURL(/[?&]rating=4/);
  await count(page, "1 item");
  await page.reload();
  await count(page, "1 item");
  await expect
    .poll(() =>
      facet("Rating")
        .and(page.getByRole("button", { pressed: true }))
        .count(),
    )
    .toBe(1);
  await page.getByRole("button", { name: "4 stars and more, remove this filter" }).click();
  await count(page, "2 items");

  await page.getByRole("combobox", { name: "Show" }).selectOption("all");
  await page.getByRole("button", { name: "Save this search" }).click();
  const dialog = page.getByRole("dialog", { name: "Save this search" });
  await dialog.getByRole("switch", { name: "Notify me when others share matching images" }).check();
  await expectAccessible(page, "saving a search");
  await waitForWrite(page, () => dialog.getByRole("button", { name: "Save" }).click());
  const saved = page.getByRole("region", { name: "Saved searches" });
  const alert = saved.getByRole("button", { name: `Notify me of new images: ${name}` });
  await waitForVisible(alert.and(page.getByRole("button", { pressed: true })));
  await waitForWrite(page, () => alert.click());
  await waitForVisible(alert.and(page.getByRole("button", { pressed: false })));

  const noted = () => page.evaluate(() => Object.values(localStorage).join("\n"));
  await expect.poll(noted).toContain(name);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/gallery");
  await page.getByRole("button", { name: "Filters", exact: true }).click();
  const recent = page.getByRole("region", { name: "Recent searches" });
  await recent.getByRole("button", { name, exact: true }).click();
  await page.waitForURL(new RegExp(`/gallery\\?search=${name}$`));
  await saved.getByRole("link", { name }).click();
  await page.waitForURL(/scope=all/);
  expect(new URL(page.url()).searchParams.get("tags")).toBe(tag);
  await saved.getByRole("button", { name: `Delete the search ${name}` }).click();
  await saved.getByRole("link", { name }).waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Close filters" }).click();
  await count(page, "2 items");

  await page.goto(`/view/${ids[0]}`);
  const alike = page.getByRole("list", { name: "More like this" }).getByRole("link");
  await expect.poll(() => alike.count()).toBeGreaterThan(1);
  const href = (await alike.first().getAttribute("href")) ?? "";
  expect(ids.slice(1).map((id) => `/view/${id}`)).toContain(href);
  await alike.first().click();
  await page.waitForURL(`**${href}`);
});
