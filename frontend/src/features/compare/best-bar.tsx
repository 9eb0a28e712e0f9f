import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Typography from "@mui/material/Typography";
import { Heart, Trash2, Trophy } from "lucide-react";
import { Link } from "react-router";
import { messageOf } from "@/api/problem";
import type { Content } from "@/api/types";
import { altOf, useMarkFavourite } from "@/features/content";
import { useRemove } from "@/features/operations";
import { useToast } from "@/ui/toast";

interface BestBarProps {
  readonly best: Content;
  readonly others: readonly Content[];
}

/** What is done with the image that was chosen as the best, and with the others. */
export function BestBar({ best, others }: BestBarProps) {
  const { mutate: mark } = useMarkFavourite();
  const { remove } = useRemove();
  const toast = useToast();
  const own = others.filter(({ is_mine: isMine }) => isMine);
  const toggle = () =>
    mark(
      { item: best, isFavourite: !best.is_favourite },
      { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
    );
  return (
    <Box
      component="section"
      aria-label="The best"
      sx={{
        display: "flex",
        flexWrap: "wrap",
        alignItems: "center",
        gap: 1,
        mt: 1.5,
        p: 1.25,
        borderRadius: "14px",
        bgcolor: "action.selected",
      }}
    >
      <Trophy size={18} aria-hidden />
      <Typography noWrap role="status" sx={{ flex: "1 1 160px", minWidth: 0, fontWeight: 600 }}>
        Best: {altOf(best)}
      </Typography>
      <Button
        color="inherit"
        aria-pressed={best.is_favourite}
        startIcon={<Heart size={16} fill={best.is_favourite ? "currentColor" : "none"} aria-hidden />}
        onClick={toggle}
      >
        Favourite
      </Button>
      {own.length === 0 ? null : (
        <Button
          color="inherit"
          startIcon={<Trash2 size={16} aria-hidden />}
          onClick={() => own.map(({ id }) => remove(id))}
        >
          {own.length === 1 ? "Delete the other" : `Delete the ${own.length} others`}
        </Button>
      )}
      <Button component={Link} to={`/view/${best.id}`} variant="outlined">
        Open
      </Button>
    </Box>
  );
}
