export { GlobalDrop } from "./global-drop";
