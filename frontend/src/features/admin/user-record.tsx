import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import Menu from "@mui/material/Menu";
import MenuItem from "@mui/material/MenuItem";
import { Ellipsis } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { User, UserPatch } from "@/api/types";
import { useMe } from "@/features/session";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { useChangeUser, useDeleteUser } from "./queries";

export function UserRecord({ user }: { readonly user: User }) {
  const me = useMe();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isAsking, setIsAsking] = useState(false);
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
      title={user.id === me.id ? `${user.username} (you)` : user.username}
      detail={
        <>
          {user.email === null ? "" : `${user.email} · `}
          {user.last_login_at === null ? (
            "never logged in"
          ) : (
            <>
              last login <TimeAgo at={user.last_login_at} />
            </>
          )}
        </>
      }
      action={
        <>
          {isAdmin ? <Chip size="small" variant="outlined" color="primary" label="Admin" /> : null}
          {user.is_active ? null : <Chip size="small" variant="outlined" color="warning" label="Locked" />}
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
              {isAdmin ? "Make a member" : "Make an administrator"}
            </MenuItem>
            <MenuItem onClick={() => apply({ is_active: !user.is_active })}>
              {user.is_active ? "Lock" : "Unlock"}
            </MenuItem>
            <MenuItem
              onClick={() => {
                setAnchor(null);
                setIsAsking(true);
              }}
            >
              Delete
            </MenuItem>
          </Menu>
          <ConfirmDialog
            isOpen={isAsking}
            title={`Delete ${user.username}?`}
            verb="Delete"
            isPending={remove.isPending}
            onClose={() => setIsAsking(false)}
            onConfirm={() => remove.mutate(user.id, { onError, onSettled: () => setIsAsking(false) })}
          >
            They can no longer log in. Their name stays reserved.
          </ConfirmDialog>
        </>
      }
    />
  );
}
