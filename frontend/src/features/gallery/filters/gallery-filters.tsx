import Badge from "@mui/material/Badge";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import { useQuery } from "@tanstack/react-query";
import { Heart, SlidersHorizontal } from "lucide-react";
import { useCallback } from "react";
import { TagInput } from "@/features/content";
import { checkpointsQuery } from "@/features/models";
import { WorkflowChip } from "@/features/workflows/workflow-chip";
import { useSearchState } from "@/lib/use-search-state";
import { FilterBar } from "@/ui/filter-bar";
import { FilterSelect } from "@/ui/filter-select";
import { SearchBox } from "@/ui/search-box";
import { TimeSpanFilter } from "@/ui/time-span-filter";
import { FilterChips } from "./filter-chips";
import { KEYS, oneOf, SCOPES, SORTS, TYPES } from "./gallery-filter";
import { useNotedSearch } from "./recent-searches";

interface GalleryFiltersProps {
  readonly isPanelOpen: boolean;
  readonly onTogglePanel: () => void;
}

export function GalleryFilters({ isPanelOpen, onTogglePanel }: GalleryFiltersProps) {
  const { values, change } = useSearchState(KEYS);
  const models = useQuery(checkpointsQuery).data ?? [];
  const search = useCallback((text: string) => change({ search: text }, { replace: true }), [change]);
  useNotedSearch(values.search);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1.5, mb: 2.5 }}>
      <Box sx={{ display: "flex", gap: 1, flex: { xs: "1 0 100%", sm: "1 1 330px" }, maxWidth: { sm: 480 } }}>
        <SearchBox
          value={values.search}
          label="Search titles and prompts"
          onChange={search}
          sx={{ flex: 1, minWidth: 0 }}
        />
        <PanelButton values={values} isOpen={isPanelOpen} onClick={onTogglePanel} />
      </Box>
      <FilterBar>
        <FilterSelect
          label="Show"
          value={oneOf(SCOPES, values.scope, "mine")}
          options={SCOPES}
          onChange={(scope) => change({ scope: scope === "mine" ? "" : scope })}
        />
        <Chip
          label="Favourites"
          icon={<Heart size={15} fill={values.favourite === "" ? "none" : "currentColor"} aria-hidden />}
          color={values.favourite === "" ? "default" : "primary"}
          variant={values.favourite === "" ? "outlined" : "filled"}
          aria-pressed={values.favourite !== ""}
          onClick={() => change({ favourite: values.favourite === "" ? "1" : "" })}
          sx={{ height: 40, borderRadius: "10px", px: 0.5, "@media (pointer: coarse)": { height: 44 } }}
        />
        <TagInput
          label="Tags"
          placeholder="Any"
          value={values.tags === "" ? [] : values.tags.split(",")}
          onChange={(tags) => change({ tags: tags.join(",") })}
          sx={{ minWidth: { xs: 150, sm: 180 } }}
        />
        <FilterSelect
          label="Model"
          all="Any"
          width={180}
          value={values.model}
          options={models.map((one) => ({ value: one.name, label: one.display_name }))}
          onChange={(model) => change({ model })}
        />
        <FilterSelect
          label="Type"
          all="Any type"
          value={oneOf(TYPES, values.type, "")}
          options={TYPES}
          onChange={(type) => change({ type })}
        />
        <WorkflowChip value={values.workflow} onRemove={() => change({ workflow: "" })} />
        <TimeSpanFilter value={values.since} onChange={(since) => change({ since, from: "", to: "" })} />
        <FilterSelect
          label="Sort by"
          value={oneOf(SORTS, values.sort, "newest")}
          options={SORTS}
          onChange={(sort) => change({ sort: sort === "newest" ? "" : sort })}
        />
        <FilterChips values={values} onChange={change} />
      </FilterBar>
    </Box>
  );
}

interface PanelButtonProps {
  readonly values: Record<(typeof KEYS)[number], string>;
  readonly isOpen: boolean;
  readonly onClick: () => void;
}

/** Opens the panel with the facets; its badge counts the filters that are set. */
function PanelButton({ values, isOpen, onClick }: PanelButtonProps) {
  const set = [values.tags, values.model, values.type, values.since || values.from || values.to].filter(
    Boolean,
  );
  const count = set.length + [values.rating, values.size, values.favourite].filter(Boolean).length;
  return (
    <Badge badgeContent={count} color="primary" overlap="rectangular">
      <Button
        variant="outlined"
        color="inherit"
        aria-expanded={isOpen}
        aria-controls="gallery-facets"
        onClick={onClick}
        startIcon={<SlidersHorizontal size={17} aria-hidden />}
        sx={{ borderColor: "divider", bgcolor: isOpen ? "action.selected" : "background.paper" }}
      >
        Filters
      </Button>
    </Badge>
  );
}
