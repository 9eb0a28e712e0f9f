import type { WebSocketRoute } from "playwright-core";
import { expect, it } from "vitest";
import { jobCard, resultCard, slowPrompt, submitPrompt, withBrowser } from "./browser";
import { waitForVisible } from "./waiting";

const browser = withBrowser();

it("polls while the websocket is disconnected, shows it, and recovers", async () => {
  const { page } = await browser.open("about:blank");
  let isCut = false;
  const open: WebSocketRoute[] = [];
  await page.routeWebSocket("**/ws/jobs", (socket) => {
    if (isCut) {
      void socket.close({ code: 1013, reason: "cut" });
      return;
    }
    socket.connectToServer();
    open.push(socket);
  });
  await page.goto("/generate");
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));

  isCut = true;
  await Promise.all(open.map((socket) => socket.close({ code: 1013 })));
  await waitForVisible(page.getByText(/The live connection is down/));
  const prompt = await submitPrompt(page, slowPrompt("a river", 10));
  await waitForVisible(jobCard(page, prompt).getByText("Running"));
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));

  isCut = false;
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }), 120_000);
  expect(await page.getByText(/The live connection is down/).count()).toBe(0);
});

it("closes the websocket after leaving the last page that needs it", async () => {
  const { page } = await browser.open("about:blank");
  const closed: string[] = [];
  page.on("websocket", (socket) => socket.on("close", () => closed.push(new URL(socket.url()).pathname)));
  await page.goto("/generate");
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  await page.getByRole("link", { name: "Dashboard", exact: true }).first().click();
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  // Longer than LINGER_MS of the socket client: the dashboard keeps the connection open.
  await page.waitForTimeout(2_500);
  expect(closed).toEqual([]);
  await page.getByRole("link", { name: "Notifications", exact: true }).first().click();
  await expect.poll(() => closed).toContain("/ws/jobs");
  await waitForVisible(page.getByRole("status").filter({ hasText: "Ready" }));
});

it("shows that the server cannot be reached, and recovers", async () => {
  const { page, context } = await browser.open("/generate");
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  await context.setOffline(true);
  await waitForVisible(page.getByRole("status").filter({ hasText: "Offline" }));
  await waitForVisible(page.getByText(/^The server cannot be reached/));
  expect(await page.getByText(/Checking every/).count()).toBe(0);
  await context.setOffline(false);
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
});

it("keeps a submission made offline over navigation and reload, and sends it once", async () => {
  const { page, context } = await browser.open("/generate");
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  // A second tab, which must not send it too.
  const other = await context.newPage();
  await other.goto("/gallery");
  const keys: string[] = [];
  const sent: string[] = [];
  const isCut = { now: true };
  await context.route(/\/api\/v1\//, (route) => {
    const isAborted = isCut.now;
    const key = route.request().headers()["idempotency-key"];
    if (key !== undefined && route.request().method() === "POST") {
      keys.push(key);
      if (!isAborted) sent.push(key);
    }
    return isAborted ? route.abort() : route.continue();
  });
  const prompt = await submitPrompt(page, "a raft");
  const waiting = () => resultCard(page, prompt).getByText("Waiting for the connection");
  await waitForVisible(waiting());
  expect(await page.getByRole("textbox", { name: "Prompt", exact: true }).inputValue()).toBe(prompt);
  await page.getByRole("link", { name: "Dashboard", exact: true }).first().click();
  await page.getByRole("link", { name: "Generate", exact: true }).first().click();
  await waitForVisible(waiting());
  isCut.now = false;
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
  expect(new Set(keys).size).toBe(1);
  expect(sent).toHaveLength(1);
  expect(await waiting().count()).toBe(0);
  await page.reload();
  await waitForVisible(resultCard(page, prompt));
  expect(await resultCard(page, prompt).count()).toBe(1);
});

it("keeps working when the browser reports itself offline but the server answers", async () => {
  const { page } = await browser.open("/");
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  await page.evaluate(() => {
    Object.defineProperty(navigator, "onLine", { get: () => false });
    window.dispatchEvent(new Event("offline"));
  });
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  await waitForVisible(page.getByRole("list", { name: "Images" }).getByRole("link"));
  await waitForVisible(page.getByRole("status").filter({ hasText: "Live" }));
  await page.getByRole("link", { name: "Generate", exact: true }).first().click();
  const prompt = await submitPrompt(page, "a loft");
  await waitForVisible(resultCard(page, prompt).getByText(/^Done in/));
});

it("shows that the code of a page cannot be loaded, and loads it when it can be", async () => {
  const { page } = await browser.open("about:blank");
  await page.route("**/assets/gallery-*.js", (route) => route.abort());
  await page.goto("/");
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  await waitForVisible(page.getByText("This page could not be loaded"));
  await waitForVisible(page.getByRole("button", { name: "Reload" }));
  await page.unroute("**/assets/gallery-*.js");
  await waitForVisible(page.getByRole("heading", { name: "Gallery" }));
});

it("reloads once when the server has another build than the page", async () => {
  const { page } = await browser.open("about:blank");
  let visits = 0;
  await page.route("**/assets/gallery-*.js", (route) => (visits < 2 ? route.abort() : route.continue()));
  page.on("request", (request) => {
    if (request.isNavigationRequest()) visits += 1;
  });
  await page.goto("/");
  await waitForVisible(page.getByRole("heading", { name: "Dashboard" }));
  // The page comes from an older build than the one that the server has.
  await page.evaluate(() =>
    document.querySelector('script[type="module"][src]')?.setAttribute("src", "/assets/index-before.js"),
  );
  await page.getByRole("link", { name: "Gallery", exact: true }).first().click();
  await waitForVisible(page.getByRole("heading", { name: "Gallery" }));
  expect(visits).toBe(2);
});
