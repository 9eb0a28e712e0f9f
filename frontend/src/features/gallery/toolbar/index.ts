export type { Selection } from "../use-selection";
export { chosenOf, onlyOf } from "./chosen";
export { ToolbarAction } from "./toolbar-action";
