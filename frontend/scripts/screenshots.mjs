/**
 * Writes screenshots of the pages of a running installation (GENONAUT_TEST_WEB_URL) to docs/screenshots.
 *
 * Arguments select pages by name. The page "generate" submits a batch and shows it while it runs.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const BASE_URL = process.env.GENONAUT_TEST_WEB_URL ?? "http://127.0.0.1:8001";
const TARGET = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const QUALITY = 72;

const firstImage = async (page) => {
  const { items } = await (await page.request.get("/api/v1/content?limit=1&sort=oldest")).json();
  return `/view/${items[0]?.id ?? 1}`;
};

/** Submit a batch; wait until one image is finished and others run. See GENONAUT_SIMULATOR__DELAY_MS. */
async function submit(page, { isSmall }) {
  await page
    .getByRole("textbox", { name: "Prompt", exact: true })
    .fill("a lighthouse above the sea at dusk, long exposure");
  await page.getByRole("button", { name: "Landscape" }).click();
  await page.getByRole("textbox", { name: "Images per run", exact: true }).fill("4");
  await page.getByRole("textbox", { name: "Images per run", exact: true }).press("Control+Enter");
  const submission = page.locator("article[data-job]");
  await submission.getByRole("link").first().waitFor();
  await submission.getByRole("img", { name: "Live preview" }).waitFor();
  await page.waitForTimeout(2_200);
  if (isSmall) await submission.evaluate((element) => element.scrollIntoView());
}

/** Wait for the end of the batch, so that the next page does not show it running. */
const finish = (page) => page.waitForFunction(() => document.querySelector("[data-job]") === null);

const PAGES = [
  { name: "dashboard", path: "/" },
  { name: "history", path: "/generate/history" },
  { name: "workflows", path: "/workflows" },
  { name: "gallery", path: "/gallery" },
  { name: "view", path: firstImage },
  { name: "notifications", path: "/notifications" },
  { name: "settings", path: "/settings/account" },
  { name: "settings-defaults", path: "/settings/defaults" },
  { name: "settings-webhooks", path: "/settings/webhooks" },
  { name: "trash", path: "/gallery/trash" },
  { name: "admin-overview", path: "/admin/overview" },
  { name: "admin-queue", path: "/admin?show=done" },
  { name: "admin", path: "/admin/models" },
  { name: "admin-system", path: "/admin/servers" },
  { name: "admin-users", path: "/admin/users" },
  { name: "admin-storage", path: "/admin/storage" },
  { name: "admin-announcements", path: "/admin/announcements" },
  { name: "admin-log", path: "/admin/log" },
  // Last, because the other pages would show its images.
  { name: "generate", path: "/generate", prepare: submit, after: finish },
];

async function capture(browser, { name, path, prepare, after }, variant) {
  const context = await browser.newContext({
    baseURL: BASE_URL,
    viewport: variant.viewport,
    colorScheme: variant.scheme,
    isMobile: variant.viewport === PHONE,
    reducedMotion: "reduce",
  });
  // The suggestion to turn on notifications would cover the page.
  await context.addInitScript(() => localStorage.setItem("genonaut:notifications-offered", "true"));
  const page = await context.newPage();
  await page.goto(typeof path === "string" ? path : await path(page));
  await page.waitForLoadState("networkidle");
  // Images below the viewport are lazy and never load.
  await page.waitForFunction(() =>
    [...document.images].every(
      (image) =>
        getComputedStyle(image).opacity === "1" || image.getBoundingClientRect().top > window.innerHeight,
    ),
  );
  await page.waitForTimeout(400);
  if (prepare) await prepare(page, { isSmall: variant.viewport === PHONE });
  const file = `${name}-${variant.label}.jpg`;
  await page.screenshot({ path: TARGET + file, type: "jpeg", quality: QUALITY });
  console.log(file);
  if (after) await after(page);
  await context.close();
}

const VARIANTS = [
  { label: "dark", scheme: "dark", viewport: DESKTOP },
  { label: "light", scheme: "light", viewport: DESKTOP },
  { label: "phone", scheme: "dark", viewport: PHONE },
];

mkdirSync(TARGET, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.GENONAUT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const wanted = process.argv.slice(2);
const pages = PAGES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));
for (const page of pages) for (const variant of VARIANTS) await capture(browser, page, variant);
await browser.close();
