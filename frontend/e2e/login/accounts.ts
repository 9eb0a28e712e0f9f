/** Accounts of the login journeys: the administrator, who owns the images from before, and members. */
import type { Page } from "playwright-core";
import { waitForVisible } from "../waiting";

export const PASSWORD = "correct horse battery";
export const ADA = "ada";

/** Fill in the login page, or the dialog that appears when the session has ended. */
export async function logIn(page: Page, name: string, password = PASSWORD): Promise<void> {
  const user = page.getByRole("textbox", { name: "User name" });
  // The dialog accepts only the user of the page.
  if (await user.isEditable()) await user.fill(name);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Log in" }).click();
}

/** Log in and wait until the app has opened. */
export async function logInAndWait(page: Page, name: string, password = PASSWORD): Promise<void> {
  await logIn(page, name, password);
  await waitForVisible(page.getByRole("button", { name: "Account" }));
}

export async function logOut(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Log in" }));
}

/** Create an account as administrator. */
export async function makeMember(admin: Page, name: string): Promise<void> {
  await admin.goto("/admin/users");
  await admin.getByRole("button", { name: "New user" }).click();
  const dialog = admin.getByRole("dialog", { name: "New user" });
  await dialog.getByRole("textbox", { name: "Name" }).fill(name);
  await dialog.getByLabel("Initial password").fill(PASSWORD);
  await dialog.getByRole("button", { name: "Create" }).click();
  await dialog.waitFor({ state: "hidden" });
  await waitForVisible(admin.getByRole("button", { name: `Actions for ${name}` }));
}

/** Return a name that no account has. */
export const uniqueName = (name: string): string => `${name}-${Math.random().toString(36).slice(2, 8)}`;
