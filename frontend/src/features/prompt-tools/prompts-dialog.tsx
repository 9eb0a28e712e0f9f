import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import IconButton from "@mui/material/IconButton";
import Skeleton from "@mui/material/Skeleton";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { History, Star } from "lucide-react";
import { useId, useState } from "react";
import { EmptyState } from "@/ui/empty-state";
import { Highlighted } from "@/ui/highlighted";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import { SearchBox } from "@/ui/search-box";
import type { PromptState } from "./prompt-tools";
import { favouritesQuery, historyQuery, useFavourite } from "./queries";

interface PromptsDialogProps {
  readonly current: PromptState;
  readonly onUse: (patch: Partial<PromptState>) => void;
  readonly onClose: () => void;
}

const EMPTY = {
  history: "Prompts of your images appear here.",
  favourites: "Mark prompts with the star.",
} as const;

/** Earlier prompts and favourites, to use again. */
export function PromptsDialog({ current, onUse, onClose }: PromptsDialogProps) {
  const titleId = useId();
  const [search, setSearch] = useState("");
  const [list, setList] = useState<"history" | "favourites">("history");
  const history = useQuery({ ...historyQuery(search), enabled: list === "history" });
  const favourites = useQuery(favouritesQuery(list === "favourites" ? search : ""));
  const keep = useFavourite();
  const query = list === "history" ? history : favourites;
  const items = query.data?.items ?? [];
  const kept = new Map(favourites.data?.items.map((one) => [keyOf(one), one.id]));
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId}>Prompts</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 1.5, alignContent: "start", minHeight: 320 }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1, pt: 0.5 }}>
          <ToggleButtonGroup
            size="small"
            exclusive
            value={list}
            aria-label="List"
            onChange={(_event, next) => (next === null ? undefined : setList(next))}
          >
            <ToggleButton value="history">History</ToggleButton>
            <ToggleButton value="favourites">Favourites</ToggleButton>
          </ToggleButtonGroup>
          <SearchBox
            value={search}
            label="Search prompts"
            onChange={setSearch}
            sx={{ flex: 1, minWidth: 180 }}
          />
        </Box>
        {query.isPending ? <Skeleton variant="rounded" height={200} aria-label="Loading" /> : null}
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        {query.data !== undefined && items.length === 0 ? (
          <NoPrompts list={list} isSearch={search !== ""} />
        ) : null}
        <Box
          component="ul"
          aria-label="Prompts"
          sx={{ m: 0, p: 0, listStyle: "none", display: "grid", gap: 0.5 }}
        >
          {items.map((one) => {
            const id = kept.get(keyOf(one));
            return (
              <Box
                component="li"
                key={keyOf(one)}
                sx={{ display: "flex", alignItems: "flex-start", gap: 0.5 }}
              >
                <Button
                  color="inherit"
                  onClick={() =>
                    onUse({ prompt: one.prompt, negativePrompt: one.negative_prompt, ...dynamicOf(one) })
                  }
                  sx={{
                    flex: 1,
                    justifyContent: "flex-start",
                    textAlign: "start",
                    display: "block",
                    minWidth: 0,
                  }}
                >
                  <Typography component="span" dir="auto" sx={clamped}>
                    <Highlighted text={one.prompt} search={search} />
                  </Typography>
                  {one.negative_prompt === "" ? null : (
                    <Typography
                      component="span"
                      variant="body2"
                      dir="auto"
                      sx={{ ...clamped, color: "text.secondary" }}
                    >
                      Negative: <Highlighted text={one.negative_prompt} search={search} />
                    </Typography>
                  )}
                </Button>
                <IconButton
                  aria-label={id === undefined ? "Keep as a favourite" : "Remove from favourites"}
                  aria-pressed={id !== undefined}
                  onClick={() =>
                    keep.mutate(id ?? { prompt: one.prompt, negative_prompt: one.negative_prompt })
                  }
                >
                  <Star size={17} fill={id === undefined ? "none" : "currentColor"} aria-hidden />
                </IconButton>
              </Box>
            );
          })}
        </Box>
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button
          color="inherit"
          startIcon={<Star size={16} aria-hidden />}
          disabled={current.prompt.trim() === ""}
          onClick={() => keep.mutate({ prompt: current.prompt, negative_prompt: current.negativePrompt })}
          sx={{ mr: "auto" }}
        >
          Keep the current prompt
        </Button>
        <Button onClick={onClose}>Close</Button>
      </DialogActions>
    </Dialog>
  );
}

function NoPrompts({ list, isSearch }: { readonly list: keyof typeof EMPTY; readonly isSearch: boolean }) {
  return (
    <EmptyState
      icon={list === "history" ? History : Star}
      title={isSearch ? "No prompts match" : "No prompts"}
    >
      {isSearch ? "Try fewer words." : EMPTY[list]}
    </EmptyState>
  );
}

const clamped = {
  display: "-webkit-box",
  WebkitLineClamp: 2,
  WebkitBoxOrient: "vertical",
  overflow: "hidden",
  overflowWrap: "anywhere",
} as const;

interface Prompt {
  readonly prompt: string;
  readonly negative_prompt: string;
}

const keyOf = ({ prompt, negative_prompt }: Prompt): string => `${prompt}\n${negative_prompt}`;

const dynamicOf = (one: Prompt & { readonly is_dynamic?: boolean }) =>
  one.is_dynamic === undefined ? {} : { isDynamic: one.is_dynamic };
