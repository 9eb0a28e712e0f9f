export { GridDialog } from "./lazy-grid-dialog";
export { gridQuery } from "./queries";
