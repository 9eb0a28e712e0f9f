/** Dialogs of collections. The code of each is loaded when it is first opened. */
import { lazyOnOpen } from "@/lib/code";

export const EditDialog = lazyOnOpen(async () => (await import("./edit-dialog")).EditDialog);
export const MoveDialog = lazyOnOpen(async () => (await import("./move-dialog")).MoveDialog);
export const ShareDialog = lazyOnOpen(async () => (await import("./share-dialog")).ShareDialog);
export const AddToCollectionDialog = lazyOnOpen(
  async () => (await import("./add-dialog")).AddToCollectionDialog,
);
export const DropList = lazyOnOpen(async () => (await import("./drop-list")).DropList);
