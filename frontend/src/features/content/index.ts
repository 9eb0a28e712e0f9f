export { ContentTile } from "./content-tile";
export { altOf, DRAGGED_CONTENT, dragContent, imageById, sourcesOf } from "./image-sources";
export { markOldListOutdated, refetchFirstPage, refetchPage, showFirstPage } from "./list-cache";
export { isSkeleton, type Listed, type ListedPage, type ListedPages, storeSkeleton } from "./list-skeleton";
export {
  refreshContentLists,
  useBulkChange,
  useChangeContent,
  useDeleteContent,
  useEmptyTrash,
  useRateContent,
  useRestoreContent,
} from "./mutations";
export {
  type ContentFilter,
  contentOfWorkflowQuery,
  contentQuery,
  contentStatsQuery,
  galleryPickQuery,
  galleryQuery,
  lineageQuery,
  matchingContentQuery,
  neighboursQuery,
  newestContentQuery,
} from "./queries";
export { TagInput } from "./tag-input";
