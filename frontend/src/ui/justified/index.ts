export { JustifiedGrid } from "./justified-grid";
