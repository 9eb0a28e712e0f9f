import { act, screen, waitFor } from "@testing-library/preact";
import { options, type VNode } from "preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { makeContent } from "@/testing/builders";
import { renderApp } from "@/testing/render";
import { page, startServer } from "@/testing/server";
import { GalleryPage } from "./gallery-page";

const server = startServer();
const WIDTH = 1_060;
const IMAGES = 400;
/** Square images of about 260 pixels. */
const PER_ROW = 4;
const ROW_PX = 267.5;
/** Components and elements that one image may consist of. */
const COMPONENTS_PER_TILE = 9;
const ELEMENTS_PER_TILE = 8;

/** A vnode with its parent, which Preact keeps under this name. */
type Drawn = VNode & { readonly __: Drawn | null };
/** Preact calls this before each drawing of a component; its own hooks use it too. */
const hooks = options as { __r?: ((vnode: VNode) => void) | undefined };
const original = hooks.__r;
let drawn: Drawn[] = [];
let offset = 0;

beforeEach(() => {
  localStorage.clear();
  offset = 0;
  // jsdom has no layout: the list starts at the top of the page.
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(
    () => new DOMRect(0, -offset, WIDTH, 0),
  );
  const items = Array.from({ length: IMAGES }, (_, index) => makeContent({ id: index + 1 }));
  server.gives("/content", page(items));
  server.gives("/checkpoint-models", page([]));
  server.gives("/tags", { items: [] });
});
afterEach(() => {
  hooks.__r = original;
});

const tiles = () => [...document.querySelectorAll<HTMLElement>("[data-tile]")];
const placeOf = (tile: HTMLElement | undefined) => Number(tile?.getAttribute("aria-posinset"));
const frame = () => act(() => new Promise<void>((done) => requestAnimationFrame(() => done())));

/** Draw frames until no more rows are added. */
async function settle(): Promise<void> {
  let before = -1;
  while (before !== tiles().length) {
    before = tiles().length;
    await frame();
    await frame();
  }
}

async function scrollTo(pixels: number): Promise<void> {
  offset = pixels;
  window.dispatchEvent(new Event("scroll"));
  await frame();
}

const nameOf = ({ type }: VNode) => (typeof type === "function" ? (type.displayName ?? type.name) : type);
const named = (name: string) => drawn.filter((vnode) => nameOf(vnode) === name);
const isInTile = (vnode: Drawn | null): boolean =>
  vnode !== null && (nameOf(vnode) === "SelectableTile" || isInTile(vnode.__));

async function showGallery(layout: string): Promise<void> {
  renderApp(<GalleryPage />, { path: "/gallery", at: `/gallery?view=${layout}` });
  await screen.findAllByRole("listitem");
  await settle();
  // The first page is refetched once.
  await waitFor(() => expect(document.querySelector("[aria-busy=true]")).toBeNull());
  drawn = [];
  hooks.__r = (vnode) => {
    drawn.push(vnode as Drawn);
    original?.(vnode);
  };
}

it("draws only new images while the gallery scrolls, each from few components and elements", async () => {
  await showGallery("grid");
  const before = new Set(tiles());
  await scrollTo(4 * ROW_PX);
  await settle();
  const added = tiles().filter((tile) => !before.has(tile));
  expect(added.length).toBeGreaterThanOrEqual(PER_ROW);
  expect(tiles().filter((tile) => before.has(tile)).length).toBeGreaterThan(2 * PER_ROW);
  expect(named("SelectableTile")).toHaveLength(added.length);
  const inTiles = drawn.filter(isInTile);
  expect(inTiles.length).toBeGreaterThan(added.length);
  expect(inTiles.length).toBeLessThanOrEqual(COMPONENTS_PER_TILE * added.length);
  for (const tile of added) expect(tile.querySelectorAll("*").length).toBeLessThanOrEqual(ELEMENTS_PER_TILE);
});

it("draws only what becomes visible in a frame in which the user scrolls far", async () => {
  await showGallery("grid");
  await scrollTo(40 * ROW_PX);
  const rows = Math.ceil(window.innerHeight / ROW_PX) + 1;
  expect(placeOf(tiles()[0])).toBeGreaterThan(38 * PER_ROW);
  expect(tiles().length).toBeLessThanOrEqual(rows * PER_ROW);
  const visible = tiles().length;
  await settle();
  expect(tiles().length).toBeGreaterThan(visible);
});

it("keeps one tab stop among the images that are drawn", async () => {
  await showGallery("grid");
  const links = () => [...document.querySelectorAll<HTMLElement>("[data-tile] a")];
  const stops = () => links().filter(({ tabIndex }) => tabIndex === 0);
  expect(stops()).toHaveLength(1);
  await scrollTo(20 * ROW_PX);
  await settle();
  expect(stops()).toHaveLength(1);
  expect(document.querySelectorAll("[data-tile] input:not([tabindex='-1'])")).toHaveLength(1);
});

it("draws only new rows while the list layout scrolls", async () => {
  await showGallery("list");
  const before = new Set(tiles());
  await scrollTo(900);
  await settle();
  const added = tiles().filter((tile) => !before.has(tile));
  expect(added.length).toBeGreaterThan(0);
  expect(named("ImageRow")).toHaveLength(added.length);
});
