export { GeneratePage } from "./generate-page";
