export { SharedPage } from "./shared-page";
