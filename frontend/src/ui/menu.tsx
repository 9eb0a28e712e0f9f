import Menu, { type MenuProps } from "@mui/material/Menu";
import { useEffect } from "react";

/**
 * A menu within the window. Material UI places it when it opens, before its items have their final size, and so
 * at times beyond the edge of the window. A resize places it again, after 166 ms.
 */
export function PlacedMenu(props: MenuProps) {
  const { open } = props;
  useEffect(() => {
    if (open) window.dispatchEvent(new Event("resize"));
  }, [open]);
  return <Menu {...props} />;
}
