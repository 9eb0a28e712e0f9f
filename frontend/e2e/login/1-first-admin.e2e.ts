import { expect, it } from "vitest";
import { violations } from "../axe";
import { withBrowser } from "../browser";
import { waitForVisible } from "../waiting";
import { ADA, PASSWORD } from "./accounts";

const browser = withBrowser();

// Once only: afterwards there is an administrator, also for a second try.
it("lets the first person take over what was made without a login", { retry: 0 }, async () => {
  const { page } = await browser.open("/gallery");
  await page.waitForURL(/\/register$/);
  await waitForVisible(page.getByRole("heading", { name: "Welcome" }));
  await expect.poll(() => page.title()).toContain("Welcome · Genonaut");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("textbox", { name: "Name" }).fill(ADA);
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Begin" }).click();
  await waitForVisible(page.locator("[aria-invalid=true]"));
  await page.getByLabel("Password").fill(PASSWORD);
  // The next page loads slowly: meanwhile it is learnt that nobody may register any more.
  const closed = page.waitForResponse("**/auth/options", { timeout: 3_000 }).catch(() => undefined);
  await page.route(/\/assets\/.*\.js$/, async (route) => {
    await closed;
    await route.continue();
  });
  await page.getByRole("button", { name: "Begin" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  await page.unroute(/\/assets\/.*\.js$/);
  await waitForVisible(page.getByRole("link", { name: "Admin", exact: true }));
  await page.goto("/gallery?scope=mine");
  await waitForVisible(page.getByText("8 pictures", { exact: true }));
  await page.goto("/settings");
  await waitForVisible(page.getByRole("heading", { name: "Where you are logged in" }));
});
