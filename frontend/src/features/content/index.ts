export { ContentTile } from "./content-tile";
export {
  forgetContentLists,
  useBulkChange,
  useChangeContent,
  useDeleteContent,
  useEmptyTrash,
  useRateContent,
} from "./mutations";
export { isOutlined, type Listed, type ListedPages, type Outlined, storeOutline } from "./outline";
export {
  type ContentFilter,
  contentQuery,
  contentStatsQuery,
  galleryPageQuery,
  galleryQuery,
  neighboursQuery,
  newestContentQuery,
} from "./queries";
export { altOf, sourcesById, sourcesOf } from "./sources";
export { TagInput } from "./tag-input";
