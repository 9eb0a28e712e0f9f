import Box from "@mui/material/Box";
import Divider from "@mui/material/Divider";
import ListItemIcon from "@mui/material/ListItemIcon";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import Typography from "@mui/material/Typography";
import { LogOut, Settings } from "lucide-react";
import { Link } from "react-router";
import { useLogout, useMe } from "./queries";

interface AccountMenuProps {
  readonly open: boolean;
  readonly anchor: HTMLElement | null;
  readonly onClose: () => void;
}

/** What the account button opens. */
export function AccountMenu({ open, anchor, onClose }: AccountMenuProps) {
  const me = useMe();
  const logout = useLogout();
  return (
    <Menu anchorEl={anchor} open={open} onClose={onClose}>
      <Box sx={{ px: 2, py: 1, minWidth: 180 }}>
        <Typography sx={{ fontWeight: 600 }}>{me.username}</Typography>
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          {me.role === "admin" ? "Administrator" : "Member"}
        </Typography>
      </Box>
      <Divider />
      <MenuItem component={Link} to="/settings" onClick={onClose}>
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
  );
}
