export { ContentTile } from "./content-tile";
export { outdateOldList, readPage } from "./lists";
export {
  forgetContentLists,
  useBulkChange,
  useChangeContent,
  useDeleteContent,
  useEmptyTrash,
  useRateContent,
} from "./mutations";
export { isOutlined, type Listed, type ListedPage, type ListedPages, storeOutline } from "./outline";
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
