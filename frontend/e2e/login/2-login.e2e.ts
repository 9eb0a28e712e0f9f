import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { violations } from "../axe";
import { withBrowser } from "../browser";
import { PHONE } from "../devices";
import { smallTargets } from "../touch-targets";
import { waitForPage, waitForVisible } from "../waiting";
import { ADA, logIn, logInAndWait, logOut, PASSWORD, uniqueName } from "./accounts";

const browser = withBrowser();
const OPEN_URL = process.env.GENONAUT_TEST_OPEN_URL ?? "http://127.0.0.1:8813";

const openSockets = (page: Page): Set<string> => {
  const open = new Set<string>();
  page.on("websocket", (socket) => {
    const { pathname } = new URL(socket.url());
    open.add(pathname);
    socket.on("close", () => open.delete(pathname));
  });
  return open;
};

it("rejects a wrong password, accepts the right one and opens the requested page", async () => {
  const { page } = await browser.open("/gallery?search=harbour");
  await page.waitForURL(/\/login\?/);
  await logIn(page, ADA, "not the password");
  await waitForVisible(page.getByRole("alert").filter({ hasText: /password/i }));
  expect(await page.getByLabel("Password").inputValue()).toBe("not the password");
  await logIn(page, "unknown-user", PASSWORD);
  await waitForVisible(page.getByRole("alert").filter({ hasText: /password/i }));
  await logInAndWait(page, ADA.toUpperCase());
  await page.waitForURL(/\/gallery\?search=harbour$/);
  await waitForVisible(page.getByText("2 items", { exact: true }));
});

it("drops connections, pages and images on logout", async () => {
  const { page } = await browser.open("about:blank");
  const sockets = openSockets(page);
  await page.goto("/");
  await logInAndWait(page, ADA);
  await page.getByRole("link", { name: "Generate", exact: true }).first().click();
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  await expect.poll(() => [...sockets].sort()).toEqual(["/ws/jobs", "/ws/notifications"]);
  await logOut(page);
  await expect.poll(() => [...sockets]).toEqual([]);
  expect(await page.evaluate(() => document.cookie)).not.toContain("csrf=");
  expect((await page.request.get("/api/v1/auth/me")).status()).toBe(401);
  await page.goBack();
  await waitForVisible(page.getByRole("heading", { name: "Log in" }));
  expect(await page.getByText(/lighthouse/).count()).toBe(0);
});

it("offers no registration while it is closed", async () => {
  const { page } = await browser.open("/login");
  await waitForVisible(page.getByRole("button", { name: "Log in" }));
  await page.waitForLoadState("networkidle");
  expect(await page.getByRole("link", { name: "Create an account" }).count()).toBe(0);
  await page.goto("/register");
  await waitForVisible(page.getByRole("heading", { name: "Log in" }));
  const refused = await page.request.post("/api/v1/auth/register", {
    data: { username: "intruder", password: PASSWORD },
  });
  expect(refused.status()).toBe(403);
});

it("creates an account while registration is open", async () => {
  const { page } = await browser.open("/", { baseURL: OPEN_URL });
  await page.getByRole("link", { name: "Create an account" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Create an account" }));
  expect(await violations(page)).toEqual([]);
  await page.getByRole("textbox", { name: "User name" }).fill(ADA);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create account" }).click();
  await waitForVisible(page.getByRole("alert").filter({ hasText: "is taken" }));
  const name = uniqueName("cleo");
  await page.getByRole("textbox", { name: "User name" }).fill(name);
  await page.getByRole("button", { name: "Create account" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  expect(await page.getByRole("link", { name: "Admin", exact: true }).count()).toBe(0);
  await page.goto("/admin");
  await waitForVisible(page.getByText("Only administrators can see this page"));
  await logOut(page);
  await logInAndWait(page, name);
});

for (const colorScheme of ["dark", "light"] as const) {
  it(`has an accessible login and settings page: ${colorScheme}`, async () => {
    const { page } = await browser.open("/login", { colorScheme });
    await waitForVisible(page.getByRole("button", { name: "Log in" }));
    expect(await violations(page)).toEqual([]);
    await logInAndWait(page, ADA);
    await page.goto("/settings");
    await waitForPage(page);
    expect(await violations(page)).toEqual([]);
  });
}

it("fits a phone", async () => {
  const { page } = await browser.open("/login", {
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    isMobile: true,
  });
  await logInAndWait(page, ADA);
  for (const path of ["/settings/account", "/settings/sessions", "/admin", "/admin/users"]) {
    await page.goto(path);
    await waitForPage(page);
    // Not `innerWidth`, which grows on phones with content that does not fit.
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  }
});

/** Let the server say that it has an identity provider, and that the user has no password here. */
async function serveProvider(page: Page, logoutUrl: string): Promise<void> {
  await page.route("**/api/v1/auth/options", async (route) => {
    const options = await (await route.fetch()).json();
    await route.fulfill({ json: { ...options, oidc: { name: "Example Ltd", logout_url: logoutUrl } } });
  });
  await page.route("**/api/v1/auth/me", async (route) => {
    const answer = await route.fetch();
    if (!answer.ok()) return route.fulfill({ response: answer });
    return route.fulfill({ json: { ...(await answer.json()), has_password: false } });
  });
}

it("leads to the identity provider to log in, and names the page to return to", async () => {
  const { page } = await browser.open("about:blank");
  await serveProvider(page, "/signed-out");
  const asked: string[] = [];
  await page.route("**/api/v1/auth/oidc/login?*", (route) => {
    asked.push(new URL(route.request().url()).search);
    return route.fulfill({ contentType: "text/html", body: "<h1>Example Ltd</h1>" });
  });
  await page.goto("/gallery?search=harbour");
  await page.getByRole("link", { name: "Log in with Example Ltd" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Example Ltd" }));
  expect(asked).toEqual([`?${new URLSearchParams({ next: "/gallery?search=harbour" })}`]);
});

it("logs out at the identity provider too", async () => {
  const { page } = await browser.open("/");
  await logInAndWait(page, ADA);
  await serveProvider(page, "/signed-out");
  await page.route("**/signed-out", (route) =>
    route.fulfill({ contentType: "text/html", body: "<h1>Signed out at Example Ltd</h1>" }),
  );
  await page.reload();
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Log out" }).click();
  await waitForVisible(page.getByRole("heading", { name: "Signed out at Example Ltd" }));
  expect((await page.request.get("/api/v1/auth/me")).status()).toBe(401);
});

it("has touch targets of at least 44 pixels on the login page and in the dialog over a page", async () => {
  const { page } = await browser.open("/login", PHONE);
  await waitForVisible(page.getByRole("button", { name: "Log in" }));
  expect(await smallTargets(page)).toEqual([]);
  await logInAndWait(page, ADA);
  await page.goto("/settings/sessions");
  await waitForPage(page);
  expect(await smallTargets(page)).toEqual([]);
});
