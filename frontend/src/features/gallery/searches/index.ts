export { addressOf } from "../filters/gallery-filter";
export { savedSearchesQuery } from "./queries";
