import { expect, it } from "vitest";
import { violations } from "../axe";
import { withBrowser } from "../browser";
import { waitForVisible } from "../waiting";
import { ADA, PASSWORD } from "./accounts";

const browser = withBrowser();

// Cannot be retried: after the first attempt there is an administrator.
it("gives the first user the images that were generated without a login", { retry: 0 }, async () => {
  const { page } = await browser.open("/gallery");
  await page.waitForURL(/\/register$/);
  await waitForVisible(page.getByRole("heading", { name: "Welcome" }));
  await expect.poll(() => page.title()).toContain("Welcome · Genonaut");
  expect(await violations(page)).toEqual([]);

  await page.getByRole("textbox", { name: "User name" }).fill(ADA);
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  await waitForVisible(page.locator("[aria-invalid=true]"));
  await page.getByLabel("Password").fill(PASSWORD);
  // Delay the code of the next page until the app knows that registration is closed.
  const closed = page.waitForResponse("**/auth/options", { timeout: 3_000 }).catch(() => undefined);
  await page.route(/\/assets\/.*\.js$/, async (route) => {
    await closed;
    await route.continue();
  });
  await page.getByRole("button", { name: "Create account" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  // A handler that still waits continues its request itself.
  await page.unrouteAll({ behavior: "wait" });
  await waitForVisible(page.getByRole("link", { name: "Admin", exact: true }));
  await page.goto("/gallery?scope=mine");
  await waitForVisible(page.getByText("8 items", { exact: true }));
  await page.goto("/settings/sessions");
  await waitForVisible(page.getByRole("heading", { name: "Active sessions" }));
});
