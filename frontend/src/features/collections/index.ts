export { AddToCollectionDialog, DropList, EditDialog } from "./dialogs";
export type { Chosen } from "./mutations";
export { savedFilterOf } from "./saved-filter";
