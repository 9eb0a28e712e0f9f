export { ContentTile } from "./content-tile";
export {
  forgetContentLists,
  useBulkChange,
  useChangeContent,
  useDeleteContent,
  useEmptyTrash,
  useRateContent,
} from "./mutations";
export {
  type ContentFilter,
  contentQuery,
  contentStatsQuery,
  galleryQuery,
  neighboursQuery,
  newestContentQuery,
} from "./queries";
export { altOf, sourcesById, sourcesOf } from "./sources";
export { TagInput } from "./tag-input";
