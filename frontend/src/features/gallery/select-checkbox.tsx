import Checkbox from "@mui/material/Checkbox";
import type { SxProps, Theme } from "@mui/material/styles";
import { Circle, CircleCheckBig } from "lucide-react";
import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import type { Selection } from "./use-selection";

interface SelectCheckboxProps {
  readonly item: Content;
  readonly selection: Selection;
  readonly id?: string;
  readonly className?: string;
  readonly sx: SxProps<Theme>;
}

/** Selects or deselects an image. */
export function SelectCheckbox({ item, selection, id, className, sx }: SelectCheckboxProps) {
  return (
    <Checkbox
      checked={selection.has(item.id)}
      // A click, also one by the space bar, knows whether Shift is held; a change does not.
      onClick={({ shiftKey }) => selection.choose(item.id, shiftKey)}
      icon={<Circle size={20} aria-hidden />}
      checkedIcon={<CircleCheckBig size={20} aria-hidden />}
      slotProps={{ input: { "aria-label": `Select ${altOf(item)}`, ...(id === undefined ? {} : { id }) } }}
      {...(className === undefined ? {} : { className })}
      sx={sx}
    />
  );
}

/** Style of a checkbox on an image of any colour. */
export const onImage = {
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
} as const;
