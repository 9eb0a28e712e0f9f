export { ViewPage as Component } from "./view-page";
