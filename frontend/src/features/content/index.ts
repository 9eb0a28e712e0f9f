export { ContentPicture } from "./content-picture";
export { ContentTile } from "./content-tile";
export { altOf, DRAGGED_CONTENT, dragContent, imageById, sourcesOf } from "./image-sources";
export { countOfItems, endingOf, factsOf, hasPicture, kindOf } from "./kinds";
export {
  markOldListOutdated,
  refetchFirstPage,
  refetchPage,
  removeFromList,
  showFirstPage,
} from "./list-cache";
export { isSkeleton, type Listed, type ListedPage, type ListedPages, storeSkeleton } from "./list-skeleton";
export {
  refreshContentLists,
  useBulkChange,
  useChangeContent,
  useDeleteContent,
  useEmptyTrash,
  useMarkFavourite,
  useRateContent,
  useRestoreContent,
} from "./mutations";
export {
  type ContentFilter,
  contentOfWorkflowQuery,
  contentQuery,
  contentStatsQuery,
  contentTextQuery,
  facetsQuery,
  galleryPickQuery,
  galleryQuery,
  lineageQuery,
  MAX_TEXT_BYTES,
  matchingContentQuery,
  neighboursQuery,
  newestContentQuery,
  similarQuery,
  tagsQuery,
} from "./queries";
export { TagInput } from "./tag-input";
