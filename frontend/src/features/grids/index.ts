export { GridDialog } from "./lazy-grid-dialog";
