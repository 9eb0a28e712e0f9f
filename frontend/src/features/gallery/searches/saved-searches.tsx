import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { BellOff, BellRing, BookmarkPlus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { SavedSearch } from "@/api/types";
import type { ContentFilter } from "@/features/content";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { addressOf } from "../filters/gallery-filter";
import { savedSearchesQuery, useChangeSearch, useDeleteSearch } from "./queries";
import { SaveSearchDialog } from "./save-search-dialog";

interface SavedSearchesProps {
  readonly filter: ContentFilter;
  readonly isFiltered: boolean;
}

/** The user's saved searches, and the button that saves the present one. */
export function SavedSearches({ filter, isFiltered }: SavedSearchesProps) {
  const [isSaving, setIsSaving] = useState(false);
  const searches = useQuery(savedSearchesQuery).data ?? [];
  if (searches.length === 0 && !isFiltered) return null;
  return (
    <Box component="section" aria-label="Saved searches">
      <Typography variant="overline" component="h3" sx={{ color: "text.secondary" }}>
        Saved searches
      </Typography>
      <Box component="ul" sx={{ listStyle: "none", m: 0, p: 0 }}>
        {searches.map((search) => (
          <SearchRow key={search.id} search={search} />
        ))}
      </Box>
      {isFiltered ? (
        <Button
          size="small"
          startIcon={<BookmarkPlus size={16} aria-hidden />}
          onClick={() => setIsSaving(true)}
        >
          Save this search
        </Button>
      ) : null}
      <SaveSearchDialog open={isSaving} filter={filter} onClose={() => setIsSaving(false)} />
    </Box>
  );
}

function alertTitle({ has_alert: hasAlert, is_alert_muted: isMuted }: SavedSearch): string {
  if (isMuted) return "Notifications of saved searches are off in Settings > Notifications";
  return hasAlert ? "Notifies you of new images" : "Notify me of new images";
}

function SearchRow({ search }: { readonly search: SavedSearch }) {
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const { mutate: change } = useChangeSearch();
  const { mutate: remove } = useDeleteSearch();
  const { id, name, has_alert: hasAlert } = search;
  const mayAlert = search.filter.scope !== "mine";
  return (
    <Box component="li" sx={{ display: "flex", alignItems: "center" }}>
      <Box
        component={Link}
        to={addressOf(search)}
        sx={{
          flex: 1,
          py: 0.75,
          color: "text.primary",
          fontSize: "0.9rem",
          textDecoration: "none",
          overflow: "hidden",
          textOverflow: "ellipsis",
          whiteSpace: "nowrap",
          "&:hover": { color: "primary.main" },
        }}
      >
        {name}
      </Box>
      {mayAlert ? (
        <Tooltip title={alertTitle(search)}>
          <IconButton
            size="small"
            aria-label={`Notify me of new images: ${name}`}
            aria-pressed={hasAlert}
            color={hasAlert ? "primary" : "default"}
            onClick={() => change({ id, has_alert: !hasAlert }, { onError })}
          >
            {hasAlert ? <BellRing size={16} aria-hidden /> : <BellOff size={16} aria-hidden />}
          </IconButton>
        </Tooltip>
      ) : null}
      <Tooltip title="Delete">
        <IconButton
          size="small"
          aria-label={`Delete the search ${name}`}
          onClick={() => remove(id, { onError })}
        >
          <Trash2 size={16} aria-hidden />
        </IconButton>
      </Tooltip>
    </Box>
  );
}
