import Skeleton from "@mui/material/Skeleton";
import type { ComponentProps } from "react";
import type { FilePicker } from "@/features/inputs/file-picker";
import { lazyPart } from "@/lib/code";
import type { ImageField } from "./image-field";

const Loading = () => <Skeleton variant="rounded" sx={{ height: 120, borderRadius: "10px" }} />;

/** Only some forms have images; their code is loaded after the form is shown. */
export const LazyImageField = lazyPart<ComponentProps<typeof ImageField>>(
  async () => (await import("./image-field")).ImageField,
  { Loading },
);

/** As `LazyImageField`, for videos and sounds. */
export const LazyFilePicker = lazyPart<ComponentProps<typeof FilePicker>>(
  async () => (await import("@/features/inputs/file-picker")).FilePicker,
  { Loading },
);
