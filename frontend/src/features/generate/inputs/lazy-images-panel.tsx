import Skeleton from "@mui/material/Skeleton";
import { lazyPart } from "@/lib/code";
import type { ImagesPanelProps } from "./images-panel";

/** The panel; its code is loaded after the form is shown. */
export const LazyImagesPanel = lazyPart<ImagesPanelProps>(
  async () => (await import("./images-panel")).ImagesPanel,
  { Loading: () => <Skeleton variant="rounded" sx={{ height: 196, borderRadius: "10px" }} /> },
);
