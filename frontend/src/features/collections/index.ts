export { AddToCollectionDialog, DropList, EditDialog } from "./dialogs";
export { dragItems } from "./drag";
export type { Chosen } from "./mutations";
export { SaveFilterButton } from "./save-filter-button";
export { savedFilterOf } from "./saved-filter";
