export { ContentTile } from "./content-tile";
export {
  type ContentFilter,
  contentQuery,
  forgetContentLists,
  galleryQuery,
  newestContentQuery,
  useChangeContent,
  useDeleteContent,
} from "./queries";
export { altOf, sourcesById, sourcesOf } from "./sources";
