import Skeleton from "@mui/material/Skeleton";
import { formatCount } from "@/lib/format";

/** The number of images in a list. */
export function ImageCount({ total }: { readonly total: number | null | undefined }) {
  if (total === undefined) return <Skeleton width={110} component="span" sx={{ display: "inline-block" }} />;
  if (total === null) return <span role="status">More than 10,000 images</span>;
  return <span role="status">{`${formatCount(total)} ${total === 1 ? "image" : "images"}`}</span>;
}
