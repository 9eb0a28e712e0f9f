import Avatar from "@mui/material/Avatar";
import IconButton from "@mui/material/IconButton";
import { useState } from "react";
import { lazyOnOpen } from "@/lib/code";
import { Tooltip } from "@/ui/tooltip";
import { useMe } from "./queries";

const AccountMenu = lazyOnOpen(async () => (await import("./account-menu")).AccountMenu);

/** The account menu: user name, role, settings and logout. */
export function UserMenu() {
  const me = useMe();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title={me.username}>
        <IconButton
          aria-label="Account"
          aria-haspopup="menu"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <Avatar
            sx={{
              width: 28,
              height: 28,
              fontSize: "0.85rem",
              fontWeight: 700,
              bgcolor: "action.selected",
              color: "primary.main",
            }}
          >
            {me.username.slice(0, 1).toUpperCase()}
          </Avatar>
        </IconButton>
      </Tooltip>
      <AccountMenu open={anchor !== null} anchor={anchor} onClose={() => setAnchor(null)} />
    </>
  );
}
