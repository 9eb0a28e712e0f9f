export { ContentTile } from "./content-tile";
export {
  type ContentFilter,
  contentKeys,
  contentQuery,
  forgetContentLists,
  galleryQuery,
  newestContentQuery,
  useChangeContent,
  useDeleteContent,
} from "./queries";
export { altOf, sourcesById, sourcesOf } from "./sources";
