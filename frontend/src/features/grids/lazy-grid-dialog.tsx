import { lazyOnOpen } from "@/lib/code";
import type { GridDialogProps } from "./grid-dialog";

/** The dialog of grids; its code is loaded when it is first opened. */
export const GridDialog = lazyOnOpen<GridDialogProps>(async () => (await import("./grid-dialog")).GridDialog);
