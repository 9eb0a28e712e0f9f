import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import ToggleButton from "@mui/material/ToggleButton";
import ToggleButtonGroup from "@mui/material/ToggleButtonGroup";
import Typography from "@mui/material/Typography";
import { useInfiniteQuery } from "@tanstack/react-query";
import { ArrowLeftToLine, ArrowRightToLine } from "lucide-react";
import { useId, useState } from "react";
import type { Content } from "@/api/types";
import {
  altOf,
  type ContentFilter,
  ContentPicture,
  countOfItems,
  galleryQuery,
  isSkeleton,
  type Listed,
} from "@/features/content";
import { LoadMore } from "@/ui/load-more";
import { Dialog } from "@/ui/overlays";
import { ProblemState } from "@/ui/problem-state";
import type { Place } from "./reordered";
import { useMoveItems } from "./use-move-items";

interface MoveItemsDialogProps {
  readonly open: boolean;
  readonly collectionId: number;
  readonly list: ContentFilter;
  /** The items to move. */
  readonly ids: readonly number[];
  readonly onClose: () => void;
  readonly onMoved: () => void;
}

/** Moves items of a collection before or after another one, without dragging. */
export function MoveItemsDialog(props: MoveItemsDialogProps) {
  const { open, ids, collectionId, list, onClose, onMoved } = props;
  const titleId = useId();
  const { mutate } = useMoveItems(collectionId, list);
  const query = useInfiniteQuery(galleryQuery(list));
  const [side, setSide] = useState<"before" | "after">("before");
  const all = query.data?.pages.flatMap((page) => page.items) ?? [];
  const others = all.filter(({ id }) => !ids.includes(id));
  const move = (place: Place) => {
    mutate({ ids: inOrder(ids, all), place, hasToast: true });
    onMoved();
    onClose();
  };
  const [first] = others;
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId}>Reorder {countOfItems(ids.length)}</DialogTitle>
      <DialogContent sx={{ display: "grid", gap: 2, alignContent: "start", minHeight: "46dvh" }}>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, pt: 0.5 }}>
          <Button
            variant="outlined"
            disabled={first === undefined}
            startIcon={<ArrowLeftToLine size={16} aria-hidden />}
            onClick={() => (first === undefined ? undefined : move({ before: first.id }))}
          >
            To the start
          </Button>
          <Button
            variant="outlined"
            startIcon={<ArrowRightToLine size={16} aria-hidden />}
            onClick={() => move({})}
          >
            To the end
          </Button>
          <ToggleButtonGroup
            size="small"
            exclusive
            value={side}
            aria-label="Where"
            onChange={(_event, next: "before" | "after" | null) =>
              next === null ? undefined : setSide(next)
            }
            sx={{ ml: { sm: "auto" } }}
          >
            <ToggleButton value="before">Before</ToggleButton>
            <ToggleButton value="after">After</ToggleButton>
          </ToggleButtonGroup>
        </Box>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {`Choose the item ${side} which ${ids.length === 1 ? "it goes" : "they go"}.`}
        </Typography>
        {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
        <Targets
          items={others}
          side={side}
          onChoose={(id) => move(side === "before" ? { before: id } : { after: id })}
        />
        <LoadMore query={query} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button onClick={onClose}>Cancel</Button>
      </DialogActions>
    </Dialog>
  );
}

/** Return ids in the order of the list; those that are not loaded come last. */
function inOrder(ids: readonly number[], all: readonly Listed[]): number[] {
  const loaded = all.map(({ id }) => id).filter((id) => ids.includes(id));
  return [...loaded, ...ids.filter((id) => !loaded.includes(id))];
}

interface TargetsProps {
  readonly items: readonly Listed[];
  readonly side: "before" | "after";
  readonly onChoose: (id: number) => void;
}

function Targets({ items, side, onChoose }: TargetsProps) {
  const known = items.filter((item): item is Content => !isSkeleton(item));
  return (
    <Box
      component="ul"
      aria-label="Items of the collection"
      sx={{
        display: "grid",
        gap: 1,
        gridTemplateColumns: "repeat(auto-fill, minmax(104px, 1fr))",
        listStyle: "none",
        m: 0,
        p: 0,
      }}
    >
      {known.map((item) => (
        <li key={item.id}>
          <Box
            component="button"
            type="button"
            aria-label={`${side === "before" ? "Before" : "After"} ${altOf(item)}`}
            title={item.title}
            onClick={() => onChoose(item.id)}
            sx={{
              position: "relative",
              display: "block",
              width: "100%",
              p: 0,
              border: 0,
              borderRadius: "8px",
              overflow: "hidden",
              cursor: "pointer",
              color: "text.primary",
              bgcolor: "transparent",
              aspectRatio: "1",
              "&:focus-visible": { outline: "3px solid", outlineColor: "primary.main" },
              "&:hover": { opacity: 0.85 },
            }}
          >
            <ContentPicture
              item={item}
              sizes="160px"
              alt=""
              isSmall
              style={{ width: "100%", height: "100%", aspectRatio: "1" }}
            />
          </Box>
        </li>
      ))}
    </Box>
  );
}
