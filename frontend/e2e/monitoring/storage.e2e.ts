import type { APIRequestContext } from "playwright-core";
import { expect, it } from "vitest";
import { withBrowser } from "../browser";
import { waitForVisible } from "../waiting";

const browser = withBrowser();

interface Item {
  readonly id: number;
  readonly size_bytes: number;
  readonly created_at: string;
}

/** Return the ids and sizes of all images, or of those in the trash, oldest first. */
async function images(request: APIRequestContext, query = ""): Promise<readonly Item[]> {
  const answer = await request.get(`/api/v1/content?limit=100${query}`);
  const { items } = (await answer.json()) as { items: Item[] };
  return items.toSorted((one, other) => one.id - other.id);
}

const idsOf = (items: readonly Item[]) => items.map(({ id }) => id);

/** Return the size as the page shows it. */
function sizeOf(items: readonly Item[]): string {
  const kilobytes = items.reduce((sum, item) => sum + item.size_bytes, 0) / 1000;
  const [value, unit] = kilobytes < 1000 ? [kilobytes, "KB"] : [kilobytes / 1000, "MB"];
  return `${value.toFixed(value >= 100 ? 0 : 1)} ${unit}`;
}

// Cannot be retried: it moves images to the trash.
it("says exactly which images a policy of a user expires, and moves only these to the trash", {
  retry: 0,
}, async () => {
  const { page } = await browser.open("/admin/storage");
  const before = await images(page.request);
  // The installation of this journey has three images of 40 days ago.
  const month = Date.now() - 30 * 86_400_000;
  const old = before.filter(({ created_at: at }) => Date.parse(at) < month);
  expect(old).toHaveLength(3);
  const rated = old[0]?.id ?? 0;
  const rating = await page.request.put(`/api/v1/content/${rated}/rating`, { data: { rating: 5 } });
  expect(rating.ok()).toBe(true);
  const expired = old.slice(1);
  await waitForVisible(page.getByText("Nothing has expired."));
  const cleanUp = page.getByRole("button", { name: "Clean up now" });
  expect(await cleanUp.isDisabled()).toBe(true);

  const me = (await (await page.request.get("/api/v1/auth/me")).json()) as { username: string };
  await page.getByRole("combobox", { name: "User" }).fill(me.username);
  await page.getByRole("option", { name: me.username, exact: true }).click();
  await waitForVisible(page.getByText(/used, no quota/));
  await page.getByLabel("Images expire after days").fill("30");
  await page.getByLabel("Quota in GB").fill("2");
  await page.getByRole("button", { name: "Save" }).click();
  await waitForVisible(page.getByText(/used of 2\.0 GB/));

  await waitForVisible(page.getByText("2 rows have expired."));
  const rules = page.getByRole("table", { name: "What has expired" });
  const row = rules.getByRole("row", { name: /^images /i });
  const cells = await row.getByRole("cell").allTextContents();
  expect(cells.slice(0, 2)).toEqual(["2", sizeOf(expired)]);
  expect(cells.at(-1)).toBe("retention.image_daysretention.image_bytes");
  // A preview changes nothing.
  expect(idsOf(await images(page.request))).toEqual(idsOf(before));

  await cleanUp.click();
  const dialog = page.getByRole("dialog", { name: "Clean up 2 rows?" });
  await dialog.getByRole("button", { name: "Clean up" }).click();
  await waitForVisible(page.getByText("2 rows cleaned up"));
  await waitForVisible(page.getByText("Nothing has expired."));
  expect(idsOf(await images(page.request, "&trash=true"))).toEqual(idsOf(expired));
  const left = idsOf(await images(page.request));
  expect(left).toEqual(idsOf(before).filter((id) => !idsOf(expired).includes(id)));
});
