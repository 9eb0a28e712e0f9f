import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import LinearProgress from "@mui/material/LinearProgress";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useCallback, useEffect, useMemo } from "react";
import { messageOf } from "@/api/problem";
import type { ModelKind } from "@/api/types";
import { formatCount } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { FilterSelect } from "@/ui/filter-select";
import { LoadMore } from "@/ui/load-more";
import { Records } from "@/ui/records";
import { SearchBox } from "@/ui/search-box";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { isRefreshing, type ModelFilter, modelsQuery, refreshQuery, useRefreshModels } from "./model-queries";
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
  { value: "unknown", label: "Not recognised" },
];

/** Every model file, what was found out about it, and who may use it. */
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
    <Box sx={{ display: "grid", gap: 2, maxWidth: 980 }}>
      <Refresh />
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
          {total === undefined || total === null ? null : `${formatCount(total)} models`}
        </Typography>
      </Box>
      <Records query={query} empty="None.">
        {models.map((model) => (
          <ModelRecord key={model.id} model={model} />
        ))}
      </Records>
      <LoadMore
        hasMore={query.hasNextPage}
        isLoading={query.isFetchingNextPage}
        onMore={() => void query.fetchNextPage()}
      />
    </Box>
  );
}

function Refresh() {
  const client = useQueryClient();
  const latest = useQuery(refreshQuery).data;
  const refresh = useRefreshModels();
  const toast = useToast();
  const isBusy = refresh.isPending || isRefreshing(latest);
  const finishedAt = latest?.finished_at ?? null;
  useEffect(() => {
    if (finishedAt !== null) void client.invalidateQueries({ queryKey: ["models", "admin"] });
  }, [finishedAt, client]);
  return (
    <Box>
      <Box sx={{ display: "flex", alignItems: "center", flexWrap: "wrap", gap: 1.5 }}>
        <Button
          variant="outlined"
          startIcon={<RefreshCw size={16} aria-hidden />}
          disabled={isBusy}
          onClick={() =>
            refresh.mutate(undefined, {
              onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            })
          }
        >
          Look for models
        </Button>
        <Typography variant="body2" sx={{ color: "text.secondary" }} role="status">
          {isBusy ? "Looking at disks and servers…" : null}
          {!isBusy && finishedAt !== null ? (
            <>
              Looked <TimeAgo at={finishedAt} />
            </>
          ) : null}
        </Typography>
      </Box>
      <Box sx={{ height: 6, mt: 1 }}>
        {isBusy ? <LinearProgress aria-label="Looking for models" /> : null}
      </Box>
    </Box>
  );
}
