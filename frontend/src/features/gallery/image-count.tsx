import Skeleton from "@mui/material/Skeleton";
import { type ContentFilter, countOfItems } from "@/features/content";

interface ImageCountProps {
  readonly total: number | null | undefined;
  readonly filter: ContentFilter;
}

/** The number of items in a list: "5 items", or "5 images" when the filter leaves only images. */
export function ImageCount({ total, filter }: ImageCountProps) {
  if (total === undefined) return <Skeleton width={110} component="span" sx={{ display: "inline-block" }} />;
  return <span role="status">{countOfItems(total, filter.content_type)}</span>;
}
