export { JustifiedGrid } from "./justified-grid";
export type { Row } from "./layout";
export { type Size, TileRow } from "./tile-row";
export { useVisibleRows } from "./use-visible-rows";
