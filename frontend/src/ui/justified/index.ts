export { JustifiedGrid } from "./justified-grid";
export type { Row } from "./layout";
export { useVisibleRows } from "./use-visible-rows";
