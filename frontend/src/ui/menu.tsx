import Menu, { type MenuProps } from "@mui/material/Menu";
import type { PopoverActions } from "@mui/material/Popover";
import { useEffect, useRef } from "react";

/**
 * A menu within the window. Material UI places it when it opens, before the styles of its items are applied, and
 * so at times beyond the edge of the window; it is placed again as soon as it is drawn.
 */
export function PlacedMenu(props: MenuProps) {
  const { open } = props;
  const action = useRef<PopoverActions>(null);
  useEffect(() => {
    if (!open) return;
    const frame = requestAnimationFrame(() => action.current?.updatePosition());
    return () => cancelAnimationFrame(frame);
  }, [open]);
  return <Menu {...props} action={action} />;
}
