export { JustifiedGrid } from "./justified-grid";
export type { Row } from "./layout";
export { type RowEvents, useVisibleRows } from "./use-visible-rows";
