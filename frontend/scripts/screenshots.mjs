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

const API = "/api/v1";
const read = async (page, path) => (await page.request.get(API + path)).json();
const send = async (page, path, data) => (await page.request.post(API + path, { data })).json();

const images = async (page, count) =>
  (await read(page, `/content?limit=${count}&sort=oldest&type=image`)).items.map(({ id }) => id);
const firstImage = async (page) => `/view/${(await images(page, 1))[0] ?? 1}`;
const comparison = async (page) => `/compare?ids=${(await images(page, 4)).slice(2).join(",")}`;
const modelPage = async (page) =>
  `/models/${(await read(page, "/models?kind=checkpoint")).items[0]?.id ?? 1}`;

const COLLECTIONS = {
  Lighthouses: [0, 4],
  "Studies in oil": [4, 8],
  Winter: [8, 12],
  "For the print": [2, 6],
};

/** Return the collections, made from the oldest images unless there are some. */
async function collections(page) {
  const { items } = await read(page, "/collections");
  if (items.length > 0) return items;
  const known = await images(page, 12);
  for (const [name, [from, to]] of Object.entries(COLLECTIONS)) {
    const { id } = await send(page, "/collections", { name });
    await send(page, `/collections/${id}/items`, { ids: known.slice(from, to) });
  }
  return (await read(page, "/collections")).items;
}
const collectionList = async (page) => {
  await collections(page);
  return "/collections";
};
const collectionPage = async (page) => `/collections/${(await collections(page)).at(-1).id}`;

/** Return the newest grid; if there is none, submit one and wait for its images. */
async function gridPage(page) {
  const { items } = await read(page, "/grids");
  if (items.length > 0) return `/grids/${items[0].id}`;
  const { checkpoint_model } = (await read(page, "/generation-jobs?limit=1")).items[0];
  const request = { prompt: "a fox in the snow, watercolour", checkpoint_model, width: 512, height: 512 };
  const grid = await send(page, "/grids", {
    request: { ...request, params: { seed: 7 } },
    x: { parameter: "prompt_replace", values: ["fox in the snow", "lighthouse at dusk", "forest at dawn"] },
    y: { parameter: "seed", values: [7, 21, 34] },
  });
  await finishQueue(page);
  return `/grids/${grid.id}`;
}

/** Wait until no submission is open. */
async function finishQueue(page) {
  const open = async () => (await read(page, "/generation-batches?open=true&limit=1")).items.length;
  while ((await open()) > 0) await page.waitForTimeout(500);
}

/** Open the filters and wait for their numbers. */
async function openFilters(page) {
  await click("button", /^Filters/)(page);
  await page.locator('[aria-label="Filters"]').getByRole("listitem").getByRole("button").first().waitFor();
}

/** Submit a batch and open the queue. */
async function openQueue(page) {
  await send(page, "/generation-jobs", { prompt: "a harbour in winter, blue hour", batch_size: 3 });
  await click("button", /^Queue: \d+ open$/)(page);
  await page.getByRole("dialog", { name: "Queue" }).getByRole("progressbar").first().waitFor();
}

async function openPalette(page) {
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog", { name: "Command palette" }).getByRole("option").first().waitFor();
}
const click = (role, name) => async (page) => {
  await page.getByRole(role, { name }).first().click();
  await page.waitForLoadState("networkidle");
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
  else await page.getByRole("textbox", { name: "Prompt", exact: true }).scrollIntoViewIfNeeded();
}

/** Wait for the end of the batch, so that the next page does not show it running. */
const finish = (page) => page.waitForFunction(() => document.querySelector("[data-job]") === null);

const PAGES = [
  { name: "dashboard", path: "/" },
  { name: "history", path: "/generate/history" },
  { name: "workflows", path: "/workflows" },
  { name: "gallery", path: "/gallery" },
  { name: "filters", path: "/gallery", prepare: openFilters },
  { name: "view", path: firstImage },
  { name: "compare", path: comparison },
  { name: "collections", path: collectionList },
  { name: "collection", path: collectionPage },
  { name: "grid", path: gridPage },
  { name: "models", path: "/models" },
  { name: "model", path: modelPage },
  { name: "presets", path: "/presets" },
  { name: "import", path: "/import" },
  { name: "palette", path: "/", prepare: openPalette },
  { name: "queue", path: "/gallery", prepare: openQueue, after: finishQueue },
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
