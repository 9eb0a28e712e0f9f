import Box from "@mui/material/Box";
import Checkbox from "@mui/material/Checkbox";
import { Circle, CircleCheckBig } from "lucide-react";
import type { Content } from "@/api/types";
import { altOf, ContentTile } from "@/features/content";
import type { Selection } from "./use-selection";

interface SelectableTileProps {
  readonly item: Content;
  readonly width: number;
  readonly listState: object;
  readonly selection: Selection;
  /** The tile cannot be opened, only ticked: what lies in the trash has no page. */
  readonly isTickOnly: boolean;
}

/** A picture that can be ticked; while any is, a click anywhere on one ticks it. */
export function SelectableTile({ item, width, listState, selection, isTickOnly }: SelectableTileProps) {
  const isTicked = selection.ids.has(item.id);
  const isSelecting = selection.ids.size > 0 || isTickOnly;
  return (
    <Box
      sx={{
        height: "100%",
        "& .tick": { opacity: isSelecting ? 1 : 0 },
        "&:hover .tick, &:focus-within .tick": { opacity: 1 },
        "@media (hover: none)": { "& .tick": { opacity: 1 } },
        "& img": {
          transform: isTicked ? "scale(0.94)" : "none",
          transition: "transform 120ms, opacity 220ms",
        },
      }}
    >
      <ContentTile
        item={item}
        width={width}
        listState={listState}
        onClick={(event) => {
          if (!isSelecting) return;
          event.preventDefault();
          selection.toggle(item.id);
        }}
        overlay={
          <Checkbox
            className="tick"
            checked={isTicked}
            onChange={() => selection.toggle(item.id)}
            icon={<Circle size={20} aria-hidden />}
            checkedIcon={<CircleCheckBig size={20} aria-hidden />}
            slotProps={{ input: { "aria-label": `Select ${altOf(item)}` } }}
            sx={{
              position: "absolute",
              top: 6,
              left: 6,
              p: 0.5,
              borderRadius: 99,
              color: "#fff",
              bgcolor: "rgba(0, 0, 0, 0.45)",
              transition: "opacity 120ms",
              "&.Mui-checked": { color: "#2b1606", bgcolor: "#ffb37c" },
              "&:hover": { bgcolor: "rgba(0, 0, 0, 0.65)" },
              "&.Mui-checked:hover": { bgcolor: "#ffcda8" },
            }}
          />
        }
      />
    </Box>
  );
}
