import Box from "@mui/material/Box";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import type { ModelKind } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { FilterSelect } from "@/ui/filter-select";
import { LoadMore } from "@/ui/load-more";
import { RecordList } from "@/ui/record-list";
import { SearchBox } from "@/ui/search-box";
import { ModelMaintenance } from "./model-maintenance";
import { type ModelFilter, modelsQuery } from "./model-queries";
import { ModelRecord } from "./model-record";

const KEYS = ["search", "kind"] as const;
const KINDS: readonly { readonly value: ModelKind; readonly label: string }[] = [
  { value: "checkpoint", label: "Checkpoints" },
  { value: "lora", label: "LoRAs" },
  { value: "diffusion_model", label: "Diffusion models" },
  { value: "vae", label: "VAEs" },
  { value: "text_encoder", label: "Text encoders" },
  { value: "controlnet", label: "ControlNets" },
  { value: "embedding", label: "Embeddings" },
  { value: "upscaler", label: "Upscalers" },
  { value: "unknown", label: "Unknown" },
];

const countOf = (total: number): string => (total === 1 ? "1 model" : `${formatCount(total)} models`);

/** The catalogue: all model files, with search, scan and corrections. */
export function ModelsTab() {
  const { values, change } = useSearchState(KEYS);
  const filter = useMemo<ModelFilter>(() => {
    const kind = KINDS.find(({ value }) => value === values.kind)?.value;
    return { ...(values.search && { search: values.search }), ...(kind && { kind: [kind] }) };
  }, [values.search, values.kind]);
  const query = useInfiniteQuery(modelsQuery(filter));
  const models = query.data?.pages.flatMap((page) => page.items) ?? [];
  const total = query.data?.pages[0]?.total;
  const search = useCallback((words: string) => change({ search: words }, { replace: true }), [change]);
  return (
    <Box sx={{ display: "grid", gap: 2, maxWidth: 980, gridTemplateColumns: "minmax(0, 1fr)" }}>
      <ModelMaintenance />
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5 }}>
        <SearchBox
          value={values.search}
          label="Search models"
          onChange={search}
          sx={{ width: { xs: "100%", sm: 280 } }}
        />
        <FilterSelect
          label="Kind"
          all="Any"
          value={values.kind as ModelKind}
          options={KINDS}
          onChange={(kind) => change({ kind })}
        />
        <Typography variant="body2" role="status" sx={{ color: "text.secondary" }}>
          {total === undefined || total === null ? null : countOf(total)}
        </Typography>
      </Box>
      <RecordList query={query} empty="No models match.">
        {models.map((model) => (
          <ModelRecord key={model.id} model={model} />
        ))}
      </RecordList>
      <LoadMore query={query} />
    </Box>
  );
}
