import Box from "@mui/material/Box";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { User, UserPatch, UserUsage } from "@/api/types";
import { useMe } from "@/features/session";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { useChangeUser, useDeleteUser } from "./queries";
import { UsageSummary } from "./usage-summary";

interface UserRecordProps {
  readonly user: User;
  readonly usage: UserUsage["usage"];
}

export function UserRecord({ user, usage }: UserRecordProps) {
  const me = useMe();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isConfirming, setIsConfirming] = useState(false);
  const change = useChangeUser();
  const remove = useDeleteUser();
  const toast = useToast();
  const onError = (error: unknown) => toast({ message: messageOf(error), severity: "error" });
  const apply = (patch: UserPatch) => {
    setAnchor(null);
    change.mutate({ id: user.id, patch }, { onError });
  };
  const isAdmin = user.role === "admin";
  return (
    <RecordListItem
      isWrapping
      title={
        <Box component="span" sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1 }}>
          {user.id === me.id ? `${user.username} (you)` : user.username}
          {isAdmin ? <Chip size="small" variant="outlined" color="primary" label="Admin" /> : null}
          {user.is_active ? null : (
            <Chip size="small" variant="outlined" color="warning" label="Deactivated" />
          )}
        </Box>
      }
      detail={
        <>
          {user.email === null ? "" : `${user.email} · `}
          {user.last_login_at === null ? (
            "Never logged in"
          ) : (
            <>
              Last login <TimeAgo at={user.last_login_at} />
            </>
          )}
        </>
      }
      action={
        <>
          <UsageSummary username={user.username} usage={usage} />
          <IconButton
            aria-label={`Actions for ${user.username}`}
            aria-haspopup="menu"
            disabled={user.id === me.id}
            onClick={(event) => setAnchor(event.currentTarget)}
          >
            <Ellipsis size={18} aria-hidden />
          </IconButton>
          <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
            <MenuItem onClick={() => apply({ role: isAdmin ? "user" : "admin" })}>
              {isAdmin ? "Remove administrator role" : "Make administrator"}
            </MenuItem>
            <MenuItem onClick={() => apply({ is_active: !user.is_active })}>
              {user.is_active ? "Deactivate" : "Reactivate"}
            </MenuItem>
            <MenuItem
              onClick={() => {
                setAnchor(null);
                setIsConfirming(true);
              }}
            >
              Delete
            </MenuItem>
          </Menu>
          <ConfirmDialog
            isOpen={isConfirming}
            title={`Delete ${user.username}?`}
            verb="Delete"
            isPending={remove.isPending}
            onClose={() => setIsConfirming(false)}
            onConfirm={() => remove.mutate(user.id, { onError, onSettled: () => setIsConfirming(false) })}
          >
            This user can no longer log in. The username stays reserved.
          </ConfirmDialog>
        </>
      }
    />
  );
}
