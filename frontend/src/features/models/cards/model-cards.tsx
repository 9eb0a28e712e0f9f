import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { Boxes, SearchX } from "lucide-react";
import { useMemo, useState } from "react";
import type { Model } from "@/api/types";
import { EmptyState } from "@/ui/empty-state";
import { FilterSelect } from "@/ui/filter-select";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import { architectureName } from "../architectures";
import { allCheckpointsQuery, checkpointsQuery, lorasQuery, modelsOfKindQuery } from "../queries";
import { useMarkModel, useMovedFavourites } from "./favourites";
import { recentModels } from "./marked-models";
import { ModelCard } from "./model-card";
import { modelExamplesQuery, myNotesQuery } from "./queries";

export type CardKind = "checkpoint" | "lora" | "embedding";

interface ModelCardsProps {
  readonly kind?: CardKind;
  readonly chosen?: string | null;
  /** Called with a model that was clicked; without it the cards lead to the pages of the models. */
  readonly onChoose?: (model: Model) => void;
}

const SORTS = [
  { value: "recent", label: "Favourites first" },
  { value: "name", label: "Name" },
  { value: "added", label: "Newest first" },
] as const;
type Sort = (typeof SORTS)[number]["value"];

const NONE: Readonly<Record<CardKind, string>> = {
  checkpoint: "No models",
  lora: "No LoRAs",
  embedding: "No embeddings",
};

/** The available models of a kind. Only those that make images can be chosen. */
function useModels(kind: CardKind, isChoice: boolean) {
  const base = isChoice ? checkpointsQuery : allCheckpointsQuery;
  const checkpoints = useQuery({ ...base, enabled: kind === "checkpoint" });
  const loras = useQuery({ ...lorasQuery(null), enabled: kind === "lora" });
  const embeddings = useQuery({ ...modelsOfKindQuery("embedding"), enabled: kind === "embedding" });
  return { checkpoint: checkpoints, lora: loras, embedding: embeddings }[kind];
}

/** All available models of a kind as cards; checkpoints with images that were made with them. */
export function ModelCards({ kind = "checkpoint", chosen = null, onChoose }: ModelCardsProps) {
  const [search, setSearch] = useState("");
  const [architecture, setArchitecture] = useState("");
  const [sort, setSort] = useState<Sort>("recent");
  const mark = useMarkModel();
  const query = useModels(kind, onChoose !== undefined);
  useMovedFavourites(query.data);
  const notes = useQuery(myNotesQuery).data;
  const models = useMemo(() => query.data ?? [], [query.data]);
  // Images are found by the checkpoint that made them.
  const names = useMemo(() => (kind === "checkpoint" ? models.map(({ name }) => name) : []), [kind, models]);
  const examples = useQuery(modelExamplesQuery(names)).data;
  const architectures = [...new Set(models.map((one) => one.architecture))].toSorted();
  const shown = useMemo(
    () => sorted(models.filter(matches(search, architecture, notes)), sort),
    [models, search, architecture, notes, sort],
  );
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, pt: 1 }}>
        <SearchBox
          value={search}
          label="Search models"
          onChange={setSearch}
          sx={{ flex: "1 1 220px", maxWidth: 420 }}
        />
        <FilterSelect
          label="Architecture"
          all="Any"
          width={170}
          value={architecture}
          options={architectures.map((value) => ({ value, label: architectureName(value) }))}
          onChange={setArchitecture}
        />
        <FilterSelect
          label="Sort by"
          width={170}
          value={sort}
          options={SORTS}
          onChange={(next) => setSort(next === "" ? "recent" : next)}
        />
      </Box>
      {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.isSuccess && models.length === 0 ? (
        <EmptyState icon={Boxes} title={NONE[kind]}>
          No ComfyUI server that is online has any.
        </EmptyState>
      ) : null}
      {models.length > 0 && shown.length === 0 ? (
        <EmptyState icon={SearchX} title="No models match">
          Try fewer search words or another architecture.
        </EmptyState>
      ) : null}
      <Box
        component="ul"
        aria-label="Models"
        sx={{
          listStyle: "none",
          m: 0,
          p: 0,
          display: "grid",
          gap: { xs: 1.25, sm: 2 },
          gridTemplateColumns: {
            xs: "repeat(auto-fill, minmax(150px, 1fr))",
            sm: "repeat(auto-fill, minmax(230px, 1fr))",
          },
        }}
      >
        {query.isPending
          ? ["a", "b", "c", "d"].map((key) => (
              <Skeleton
                key={key}
                component="li"
                variant="rounded"
                sx={{ height: 250, borderRadius: "14px" }}
              />
            ))
          : null}
        {shown.map((model) => (
          <ModelCard
            key={model.id}
            model={model}
            examples={examples?.get(model.name) ?? []}
            isChosen={model.name === chosen}
            onFavourite={() => mark({ id: model.id, isFavourite: !model.is_favourite })}
            {...(onChoose === undefined ? {} : { onChoose: () => onChoose(model) })}
          />
        ))}
      </Box>
      <Typography role="status" variant="body2" sx={{ color: "text.secondary" }}>
        {query.isSuccess ? `${shown.length} of ${models.length} models` : "Loading"}
      </Typography>
    </Box>
  );
}

type Notes = ReadonlyMap<number, string> | undefined;

const matches = (search: string, architecture: string, notes: Notes) => (model: Model) => {
  const { id, display_name, name, notes: shared, trigger_words } = model;
  const texts = [display_name, name, architectureName(model.architecture), shared, ...trigger_words];
  const text = [...texts, notes?.get(id) ?? ""].join(" ");
  const words = search.toLowerCase().split(/\s+/);
  const isOfArchitecture = architecture === "" || model.architecture === architecture;
  return isOfArchitecture && words.every((word) => text.toLowerCase().includes(word));
};

function sorted(models: readonly Model[], sort: Sort): readonly Model[] {
  const byName = models.toSorted((a, b) => a.display_name.localeCompare(b.display_name));
  if (sort === "name") return byName;
  if (sort === "added") return byName.toSorted((a, b) => b.first_seen_at.localeCompare(a.first_seen_at));
  const recent = recentModels();
  const rank = ({ name, is_favourite: isFavourite }: Model) => {
    const place = recent.indexOf(name);
    return (isFavourite ? 0 : 100) + (place < 0 ? 50 : place);
  };
  return byName.toSorted((a, b) => rank(a) - rank(b));
}
