import Skeleton from "@mui/material/Skeleton";
import { lazyPart } from "@/lib/code";
import type { FieldProps } from "./fields";

/** The sampling parameters, at the end of the form; their code is loaded after it is shown. */
export const LazySamplerFields = lazyPart<FieldProps>(
  async () => (await import("./sampler-fields")).SamplerFields,
  {
    Loading: () => <Skeleton variant="rounded" sx={{ height: 50, borderRadius: "10px" }} />,
  },
);
