import Box from "@mui/material/Box";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import useMediaQuery from "@mui/material/useMediaQuery";
import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type ContentFilter, facetsQuery } from "@/features/content";

import { checkpointsQuery } from "@/features/models";
import { modelTitle } from "@/lib/format";
import { useSearchState } from "@/lib/use-search-state";
import { Drawer } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SavedSearches } from "../searches/saved-searches";
import { FacetList } from "./facet-list";
import { KEYS, nameOfMonth, RATINGS, SIZES, spanOfMonth, TYPES } from "./gallery-filter";
import { RecentSearches } from "./recent-search-list";

interface FacetPanelProps {
  readonly open: boolean;
  readonly filter: ContentFilter;
  readonly isFiltered: boolean;
  readonly onClose: () => void;
}

/** Saved searches and the facets of the list: beside it, or in a drawer on narrow screens. */
export function FacetPanel(props: FacetPanelProps) {
  const isNarrow = useMediaQuery((theme) => theme.breakpoints.down("md"), { noSsr: true });
  if (isNarrow) {
    return (
      <Drawer
        open={props.open}
        onClose={props.onClose}
        anchor="bottom"
        slotProps={{
          paper: { "aria-label": "Filters", sx: { maxHeight: "85dvh", borderRadius: "18px 18px 0 0" } },
        }}
      >
        <Box sx={{ p: 2, pb: 4 }}>
          <Content {...props} />
        </Box>
      </Drawer>
    );
  }
  return (
    <Box
      component="aside"
      aria-label="Filters"
      sx={{
        width: 256,
        flex: "none",
        position: "sticky",
        top: 80,
        maxHeight: "calc(100dvh - 96px)",
        overflowY: "auto",
        scrollbarWidth: "thin",
        pr: 2,
        mr: 2,
        borderRight: 1,
        borderColor: "divider",
      }}
    >
      <Content {...props} />
    </Box>
  );
}

function Content({ filter, isFiltered, onClose }: FacetPanelProps) {
  return (
    <Box id="gallery-facets" sx={{ display: "grid", gap: 2.5 }}>
      <Box sx={{ display: "flex", alignItems: "center" }}>
        <Typography variant="h3" component="h2" sx={{ flex: 1 }}>
          Filters
        </Typography>
        <IconButton aria-label="Close filters" onClick={onClose} edge="end">
          <X size={19} aria-hidden />
        </IconButton>
      </Box>
      <SavedSearches filter={filter} isFiltered={isFiltered} />
      <RecentSearches />
      <Facets filter={filter} />
    </Box>
  );
}

function Facets({ filter }: { readonly filter: ContentFilter }) {
  const { values, change } = useSearchState(KEYS);
  const query = useQuery(facetsQuery(filter));
  const models = useQuery(checkpointsQuery).data ?? [];
  const facets = query.data;
  if (query.error) return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  const named = (options: readonly { readonly value: string; readonly label: string }[]) => (value: string) =>
    options.find((one) => one.value === value)?.label ?? value;
  const nameOfModel = (name: string) =>
    models.find((one) => one.name === name)?.display_name ?? modelTitle(name);
  const toggle = (key: "model" | "type" | "rating" | "size") => (value: string) =>
    change({ [key]: values[key] === value ? "" : value });
  const tags = values.tags === "" ? [] : values.tags.split(",");
  const toggleTag = (tag: string) =>
    change({ tags: (tags.includes(tag) ? tags.filter((one) => one !== tag) : [...tags, tag]).join(",") });
  const month = values.from.slice(0, 7);
  const toggleMonth = (value: string) =>
    change({ since: "", ...(month === value ? { from: "", to: "" } : spanOfMonth(value)) });
  return (
    <Box
      aria-busy={query.isFetching}
      sx={{ display: "grid", gap: 2.5, opacity: query.isPlaceholderData ? 0.6 : 1 }}
    >
      <FacetList
        title="Model"
        facet={facets?.models}
        name={nameOfModel}
        chosen={[values.model]}
        onToggle={toggle("model")}
      />
      <FacetList title="Tags" facet={facets?.tags} name={(tag) => tag} chosen={tags} onToggle={toggleTag} />
      <FacetList
        title="Type"
        facet={facets?.content_types}
        name={named(TYPES)}
        chosen={[values.type]}
        onToggle={toggle("type")}
      />
      <FacetList
        title="Rating"
        facet={facets?.ratings}
        name={named(RATINGS)}
        chosen={[values.rating]}
        onToggle={toggle("rating")}
      />
      <FacetList
        title="Date"
        facet={facets?.months}
        name={nameOfMonth}
        chosen={[month]}
        onToggle={toggleMonth}
      />
      <FacetList
        title="Size"
        facet={facets?.sizes}
        name={named(SIZES)}
        chosen={[values.size]}
        onToggle={toggle("size")}
      />
    </Box>
  );
}
