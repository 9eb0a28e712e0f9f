import type { Page } from "playwright-core";
import { expect } from "vitest";

const GRID = "Guidance of a heron";
const COLLECTION = "Herons of all pages";

/** All pages of the app with the titles of their tabs. `:id` is the id of what `openListed` finds or makes. */
export const PAGES = [
  ["/", "Dashboard"],
  ["/generate", "Generate"],
  ["/generate/history", "History"],
  ["/generate/grids", "Grids"],
  ["/grids/:id", GRID],
  ["/workflows", "Workflows"],
  ["/workflows/import", "Import workflow"],
  ["/models", "Models"],
  ["/models/:id", ""],
  ["/presets", "Presets"],
  ["/gallery", "Gallery"],
  ["/gallery?view=list", "Gallery"],
  ["/gallery/trash", "Trash"],
  ["/gallery/trash?view=list", "Trash"],
  ["/collections", "Collections"],
  ["/collections?show=archived", "Collections"],
  ["/collections/:id", COLLECTION],
  ["/compare?ids=1,2", "Compare"],
  ["/import", "Import"],
  ["/view/1", ""],
  ["/notifications", "Notifications"],
  ["/settings/account", "Account, settings"],
  ["/settings/appearance", "Appearance, settings"],
  ["/settings/notifications", "Notifications, settings"],
  ["/settings/defaults", "Defaults, settings"],
  ["/settings/api-keys", "API keys, settings"],
  ["/settings/webhooks", "Webhooks, settings"],
  ["/admin", "Queue, admin"],
  ["/admin/models", "Models, admin"],
  ["/admin/servers", "System, admin"],
  ["/admin/overview", "Overview, admin"],
  ["/admin/storage", "Storage, admin"],
  ["/admin/users", "Users, admin"],
  ["/admin/announcements", "Announcements, admin"],
  ["/admin/log", "Audit log, admin"],
  ["/nowhere/at/all", "Page not found"],
] as const;

interface Listed {
  readonly id: number;
  readonly title?: string;
  readonly name?: string;
}

const list = async (page: Page, path: string): Promise<readonly Listed[]> =>
  ((await (await page.request.get(`/api/v1${path}`)).json()) as { items: Listed[] }).items;

async function create(page: Page, path: string, data: object): Promise<number> {
  const answer = await page.request.post(`/api/v1${path}`, { data });
  expect(answer.ok(), await answer.text()).toBe(true);
  return ((await answer.json()) as Listed).id;
}

/** A finished grid of four images in two matrices. */
async function findGrid(page: Page): Promise<number> {
  const known = (await list(page, "/grids?limit=100")).find(({ title }) => title === GRID);
  const id =
    known?.id ??
    (await create(page, "/grids", {
      request: { prompt: "a heron", width: 256, height: 256 },
      x: { parameter: "cfg", values: [5, 7] },
      y: { parameter: "steps", values: [8] },
      z: { parameter: "seed", values: [1, 2] },
      title: GRID,
    }));
  const counts = async () =>
    ((await (await page.request.get(`/api/v1/grids/${id}`)).json()) as { counts: object }).counts;
  await expect.poll(counts).toEqual({ completed: 4 });
  return id;
}

async function findCollection(page: Page): Promise<number> {
  const query = new URLSearchParams({ search: COLLECTION });
  const [known] = await list(page, `/collections?${query}`);
  if (known !== undefined) return known.id;
  const id = await create(page, "/collections", { name: COLLECTION });
  await page.request.post(`/api/v1/collections/${id}/items`, { data: { ids: [1, 2] } });
  return id;
}

async function findModel(page: Page): Promise<number> {
  const models = await list(page, "/models?search=sd15.safetensors&kind=checkpoint");
  const id = models.find(({ name }) => name === "sd15.safetensors")?.id;
  if (id === undefined) throw new Error("the ComfyUI server has no sd15.safetensors");
  return id;
}

const FINDERS: Record<string, (page: Page) => Promise<number>> = {
  "/grids/:id": findGrid,
  "/models/:id": findModel,
  "/collections/:id": findCollection,
};

/** Open a page of the list. */
export async function openListed(page: Page, path: string): Promise<void> {
  const id = await FINDERS[path]?.(page);
  await page.goto(id === undefined ? path : path.replace(":id", String(id)));
}
