/**
 * Renders the pages into docs/screenshots from a running installation (GENONAUT_TEST_WEB_URL).
 *
 * The running page submits one job, so that there is something to watch.
 */
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const BASE_URL = process.env.GENONAUT_TEST_WEB_URL ?? "http://127.0.0.1:8001";
const TARGET = fileURLToPath(new URL("../../docs/screenshots/", import.meta.url));
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };
const QUALITY = 72;

const firstPicture = async (page) => {
  const { items } = await (await page.request.get("/api/v1/content?limit=1&sort=oldest")).json();
  return `/view/${items[0]?.id ?? 1}`;
};

/** Begin a picture and wait until it forms; best seen with GENONAUT_SIMULATOR__DELAY_MS=4000. */
async function submit(page) {
  await page
    .getByRole("textbox", { name: "Prompt", exact: true })
    .fill("a lighthouse above the sea at dusk, long exposure");
  await page.getByRole("button", { name: "Landscape" }).click();
  await page.keyboard.press("Control+Enter");
  await page.getByRole("img", { name: "The picture as it forms" }).waitFor();
  await page.waitForTimeout(2_200);
}

const PAGES = [
  { name: "dashboard", path: "/" },
  { name: "generate", path: "/generate", prepare: submit },
  { name: "history", path: "/generate/history" },
  { name: "gallery", path: "/gallery" },
  { name: "view", path: firstPicture },
  { name: "notifications", path: "/notifications" },
  { name: "settings", path: "/settings" },
  { name: "admin", path: "/admin/models" },
];

async function shoot(browser, { name, path, prepare }, look) {
  const context = await browser.newContext({
    baseURL: BASE_URL,
    viewport: look.viewport,
    colorScheme: look.scheme,
    isMobile: look.viewport === PHONE,
    reducedMotion: "reduce",
  });
  // The one offer to turn notifications on would cover what is to be seen.
  await context.addInitScript(() => localStorage.setItem("genonaut:notifications-offered", "true"));
  const page = await context.newPage();
  await page.goto(typeof path === "string" ? path : await path(page));
  await page.waitForLoadState("networkidle");
  // What lies below the window is lazy and never comes.
  await page.waitForFunction(() =>
    [...document.images].every(
      (image) => image.complete || image.getBoundingClientRect().top > window.innerHeight,
    ),
  );
  await page.waitForTimeout(400);
  if (prepare) await prepare(page);
  const file = `${name}-${look.label}.jpg`;
  await page.screenshot({ path: TARGET + file, type: "jpeg", quality: QUALITY });
  console.log(file);
  await context.close();
}

const LOOKS = [
  { label: "dark", scheme: "dark", viewport: DESKTOP },
  { label: "light", scheme: "light", viewport: DESKTOP },
  { label: "phone", scheme: "dark", viewport: PHONE },
];

mkdirSync(TARGET, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.GENONAUT_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
for (const page of PAGES) for (const look of LOOKS) await shoot(browser, page, look);
await browser.close();
