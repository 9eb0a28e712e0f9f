import { type RefObject, useEffect } from "react";

const FOCUSABLE = "a[href], button:not([disabled]), input:not([disabled])";
const TEXT_FIELD = "textarea, select, input:not([type=checkbox], [type=radio])";

/**
 * Make a grid of `[data-tile]` elements one tab stop: the arrow keys, Home and End move between tiles.
 *
 * Tab moves through the controls of the current tile and then out of the grid. Works with grids that keep
 * only the visible rows in the DOM.
 */
export function useTileNavigation(container: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (container.current === null) return;
    const grid = new TileGrid(container.current);
    return grid.close;
  }, [container]);
}

class TileGrid {
  /** The tile that is the tab stop. */
  private current: HTMLElement | null = null;
  private readonly grid: HTMLElement;
  private readonly observer: MutationObserver;

  constructor(grid: HTMLElement) {
    this.grid = grid;
    this.observer = new MutationObserver(this.onMutations);
    this.observer.observe(grid, { childList: true, subtree: true });
    grid.addEventListener("keydown", this.onKeyDown);
    grid.addEventListener("focusin", this.onFocusIn);
    setTabStops(grid, null);
    this.chooseCurrent();
  }

  readonly close = (): void => {
    this.observer.disconnect();
    this.grid.removeEventListener("keydown", this.onKeyDown);
    this.grid.removeEventListener("focusin", this.onFocusIn);
  };

  private readonly tiles = (): HTMLElement[] => [...this.grid.querySelectorAll<HTMLElement>("[data-tile]")];

  /** Set the tab stops of what was added to the grid; everything else keeps its own. */
  private readonly onMutations = (records: readonly MutationRecord[]): void => {
    for (const { addedNodes } of records) {
      for (const node of addedNodes) {
        if (node instanceof HTMLElement) setTabStops(node, this.current);
      }
    }
    if (this.current === null || !this.grid.contains(this.current)) this.chooseCurrent();
  };

  private chooseCurrent(): void {
    const all = this.tiles();
    this.setCurrent(all.find(isVisible) ?? all[0] ?? null);
  }

  private setCurrent(tile: HTMLElement | null): void {
    const before = this.current;
    this.current = tile;
    for (const changed of [before, tile]) {
      if (changed !== null) setTabStops(changed, tile);
    }
  }

  private moveTo(tile: HTMLElement | undefined): void {
    if (tile === undefined) return;
    this.setCurrent(tile);
    controlsOf(tile)[0]?.focus();
  }

  /** Move to the first or the last tile, which may have to be drawn first. */
  private moveToEnd(block: "start" | "end"): void {
    this.grid.scrollIntoView({ block });
    requestAnimationFrame(() =>
      requestAnimationFrame(() => this.moveTo(this.tiles().at(block === "start" ? 0 : -1))),
    );
  }

  private readonly onKeyDown = (event: KeyboardEvent): void => {
    const tile = tileOf(event.target);
    if (tile === null || !isPlainArrow(event)) return;
    event.preventDefault();
    // Other shortcuts of the page use the arrow keys too.
    event.stopPropagation();
    if (event.key === "Home") this.moveToEnd("start");
    else if (event.key === "End") this.moveToEnd("end");
    else this.moveTo(neighbourOf(tile, this.tiles(), event.key));
  };

  private readonly onFocusIn = ({ target }: FocusEvent): void => {
    const tile = tileOf(target);
    if (tile !== null && tile !== this.current) this.setCurrent(tile);
  };
}

const tileOf = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>("[data-tile]") : null;

function isPlainArrow(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return false;
  if (event.target instanceof Element && event.target.matches(TEXT_FIELD)) return false;
  return /^(Arrow(Left|Right|Up|Down)|Home|End)$/.test(event.key);
}

/** Make the controls in an element tab stops if they belong to the current tile. */
function setTabStops(element: HTMLElement, current: HTMLElement | null): void {
  const controls = element.matches(FOCUSABLE) ? [element, ...controlsOf(element)] : controlsOf(element);
  for (const control of controls) control.tabIndex = current?.contains(control) ? 0 : -1;
}

const controlsOf = (tile: HTMLElement): HTMLElement[] => [...tile.querySelectorAll<HTMLElement>(FOCUSABLE)];

function isVisible(tile: HTMLElement): boolean {
  const { top, bottom } = tile.getBoundingClientRect();
  return bottom > 0 && top < window.innerHeight;
}

/** Return the tile beside, above or below; beside the last one of a row is the first of the next. */
function neighbourOf(tile: HTMLElement, all: readonly HTMLElement[], key: string): HTMLElement | undefined {
  const place = all.indexOf(tile);
  if (key === "ArrowLeft") return all[place - 1];
  if (key === "ArrowRight") return all[place + 1];
  const from = tile.getBoundingClientRect();
  const isBelow = key === "ArrowDown";
  const others = all
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
    .filter(({ box }) => (isBelow ? box.top >= from.bottom : box.bottom <= from.top));
  const edges = others.map(({ box }) => box.top);
  const row = isBelow ? Math.min(...edges) : Math.max(...edges);
  const centre = (box: DOMRect) => box.left + box.width / 2;
  const distance = (box: DOMRect) => Math.abs(centre(box) - centre(from));
  return others
    .filter(({ box }) => Math.abs(box.top - row) < 2)
    .toSorted((left, right) => distance(left.box) - distance(right.box))[0]?.one;
}
