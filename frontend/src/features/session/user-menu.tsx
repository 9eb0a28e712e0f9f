import Avatar from "@mui/material/Avatar";
import Box from "@mui/material/Box";
import Divider from "@mui/material/Divider";
import IconButton from "@mui/material/IconButton";
import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Tooltip from "@mui/material/Tooltip";
import Typography from "@mui/material/Typography";
import { LogOut, Settings } from "lucide-react";
import { useState } from "react";
import { Link } from "react-router";
import { useLogout, useMe } from "./queries";

/** The account menu: user name, role, settings and logout. */
export function UserMenu() {
  const me = useMe();
  const logout = useLogout();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
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
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        <Box sx={{ px: 2, py: 1, minWidth: 180 }}>
          <Typography sx={{ fontWeight: 600 }}>{me.username}</Typography>
          <Typography variant="body2" sx={{ color: "text.secondary" }}>
            {me.role === "admin" ? "Administrator" : "Member"}
          </Typography>
        </Box>
        <Divider />
        <MenuItem component={Link} to="/settings" onClick={close}>
          <ListItemIcon>
            <Settings size={17} aria-hidden />
          </ListItemIcon>
          Settings
        </MenuItem>
        {me.auth_mode === "password" ? (
          <MenuItem onClick={() => logout.mutate()}>
            <ListItemIcon>
              <LogOut size={17} aria-hidden />
            </ListItemIcon>
            Log out
          </MenuItem>
        ) : null}
      </Menu>
    </>
  );
}
