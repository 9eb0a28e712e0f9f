import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "../axe";
import { withBrowser } from "../browser";
import { importImages } from "../imported";
import { waitForVisible, waitForWrite } from "../waiting";
import { ADA, logIn, logInAndWait, makeMember, PASSWORD, uniqueName } from "./accounts";

const browser = withBrowser();

/** Log in an administrator and a new member, each in a separate browser context. */
async function adminAndMember(): Promise<{ admin: Page; member: Page; name: string }> {
  const { page: admin } = await browser.open("/");
  await logInAndWait(admin, ADA);
  const name = uniqueName("bob");
  await makeMember(admin, name);
  const { page: member } = await browser.open("/");
  await logInAndWait(member, name);
  return { admin, member, name };
}

/** Let the requests of a journey change data, as the app's own do. */
async function allowWrites(page: Page): Promise<void> {
  const cookies = await page.context().cookies();
  const token = cookies.find(({ name }) => name === "csrf")?.value ?? "";
  await page.context().setExtraHTTPHeaders({ "X-CSRF-Token": token });
}

/** Share the image of a page with other users, or stop sharing it. */
async function setShared(page: Page, isShared: boolean): Promise<void> {
  const control = page.getByRole("switch").first();
  await waitForVisible(control);
  if ((await control.isChecked()) === isShared) return;
  await waitForWrite(page, () => control.click());
}

it("hides private images from other users and shows them shared ones", async () => {
  const { admin, member } = await adminAndMember();
  const mine = await admin.request.get("/api/v1/content?scope=mine&limit=2&sort=oldest");
  const [hidden, shared] = ((await mine.json()) as { items: { id: number }[] }).items;
  await member.goto("/gallery?scope=all");
  await waitForVisible(member.getByText("No images yet").or(member.getByText(/^\d+ items?$/)));
  await member.goto(`/view/${hidden?.id}`);
  await waitForVisible(member.getByText("This image does not exist"));
  await waitForVisible(member.getByRole("link", { name: "Gallery", exact: true }));
  expect((await member.request.get(`/api/v1/content/${hidden?.id}/image`)).status()).toBe(404);

  await admin.goto(`/view/${shared?.id}`);
  await setShared(admin, true);
  await waitForVisible(admin.getByText("Shared with all users"));
  await member.goto(`/view/${shared?.id}`);
  await waitForVisible(member.getByRole("img").first());
  expect(await member.getByText("This image does not exist").count()).toBe(0);
  await member.goto("/gallery?scope=community");
  await waitForVisible(member.getByRole("list", { name: "Images" }).getByRole("link"));
  await admin.bringToFront();
  await setShared(admin, false);
  await waitForVisible(admin.getByText("Private, only visible to you"));
});

it("notifies a member at once of a shared image that a saved search finds", async () => {
  const { admin, member } = await adminAndMember();
  const name = uniqueName("Heron");
  await allowWrites(admin);
  await allowWrites(member);
  const preferences = await member.request.put("/api/v1/users/me/preferences", {
    data: { notifications_enabled: true },
  });
  expect(preferences.ok()).toBe(true);
  const saved = await member.request.post("/api/v1/saved-searches", {
    data: { name, filter: { search: name, scope: "all" }, has_alert: true },
  });
  expect(saved.status()).toBe(201);
  await member.goto("/gallery");
  await waitForVisible(member.getByRole("button", { name: "Notifications", exact: true }));
  await waitForVisible(member.locator("[data-liveness=live]"));

  const [id] = await importImages(admin, name, 1);
  const shared = await admin.request.patch(`/api/v1/content/${id}`, { data: { visibility: "public" } });
  expect(shared.ok()).toBe(true);
  await member.bringToFront();
  await member.getByRole("button", { name: "Notifications, 1 unread" }).click();
  const alert = member.getByRole("dialog", { name: "Newest notifications" }).getByRole("menuitem");
  await alert.filter({ hasText: `New match for “${name}”` }).click();
  await member.waitForURL(new RegExp(`/view/${id}$`));
  await waitForVisible(member.getByRole("img", { name: new RegExp(name) }));
});

it("logs out a deactivated user at once, and lets the user log in after reactivation", async () => {
  const { admin, member, name } = await adminAndMember();
  await member.goto("/generate");
  await waitForVisible(member.getByRole("status").filter({ hasText: "Live" }));
  await admin.bringToFront();
  await admin.getByRole("button", { name: `Actions for ${name}` }).click();
  await admin.getByRole("menuitem", { name: "Deactivate" }).click();
  await waitForVisible(admin.getByText("Deactivated"));
  await member.bringToFront();
  await waitForVisible(member.getByRole("heading", { name: "Log in" }));
  await logIn(member, name);
  await waitForVisible(member.getByRole("alert"));
  await admin.bringToFront();
  await admin.getByRole("button", { name: `Actions for ${name}` }).click();
  await admin.getByRole("menuitem", { name: "Reactivate" }).click();
  await admin.getByText("Deactivated").waitFor({ state: "hidden" });
  await member.bringToFront();
  await logInAndWait(member, name);
});

it("asks for the password over the page when the session has ended, and keeps the work", async () => {
  const { member, name } = await adminAndMember();
  await member.goto("/generate");
  await waitForVisible(member.getByRole("status").filter({ hasText: "Live" }));
  const prompt = member.getByRole("textbox", { name: "Prompt", exact: true });
  await prompt.fill("a lantern in the snow");
  const { page: elsewhere } = await browser.open("/settings/sessions");
  await logInAndWait(elsewhere, name);
  await elsewhere.getByRole("button", { name: "Sign out", exact: true }).click();

  await member.bringToFront();
  const dialog = member.getByRole("dialog", { name: "Log in again" });
  await waitForVisible(dialog);
  expect(await violations(member)).toEqual([]);
  await waitForVisible(member.locator("[data-liveness]").filter({ hasText: "Logged out" }));
  await logIn(member, name, "not the password");
  await waitForVisible(dialog.getByRole("alert"));
  await logIn(member, name);
  await dialog.waitFor({ state: "hidden" });
  await waitForVisible(member.getByRole("status").filter({ hasText: "Live" }));
  expect(await prompt.inputValue()).toBe("a lantern in the snow");
  const sent = member.waitForResponse((answer) => answer.request().method() === "POST");
  await prompt.press("Control+Enter");
  expect((await sent).status()).toBe(201);
});

it("changes the password and rejects the old one", async () => {
  const { member, name } = await adminAndMember();
  const fresh = "another horse battery";
  await member.goto("/settings");
  const section = member.getByRole("region", { name: "Password" });
  await section.getByLabel("Current password").fill("not it at all");
  await section.getByLabel("New password").fill(fresh);
  await section.getByRole("button", { name: "Change password" }).click();
  await waitForVisible(
    section.getByText(/password/i).and(section.locator(".Mui-error, [role=alert] *, [role=alert]")),
  );
  await section.getByLabel("Current password").fill(PASSWORD);
  await section.getByRole("button", { name: "Change password" }).click();
  await waitForVisible(member.getByText("Password changed"));
  const { page: elsewhere } = await browser.open("/");
  await logIn(elsewhere, name);
  await waitForVisible(elsewhere.getByRole("alert"));
  await logInAndWait(elsewhere, name, fresh);
});

it("lists the login sessions and ends one of them or all others", async () => {
  const { member, name } = await adminAndMember();
  const others: Page[] = [];
  for (let number = 0; number < 3; number += 1) {
    const { page } = await browser.open("/generate");
    await logInAndWait(page, name);
    others.push(page);
  }
  await member.bringToFront();
  await member.goto("/settings/sessions");
  const section = member.getByRole("region", { name: "Active sessions" });
  await waitForVisible(section.getByText("This device"));
  const signOut = section.getByRole("button", { name: "Sign out", exact: true });
  await expect.poll(() => signOut.count()).toBe(3);
  await signOut.first().click();
  await expect.poll(() => signOut.count()).toBe(2);
  await section.getByRole("button", { name: "Sign out all others" }).click();
  await expect.poll(() => signOut.count()).toBe(0);
  await waitForVisible(section.getByText("This device"));
  for (const page of others) await waitForVisible(page.getByRole("heading", { name: "Log in" }));
});
