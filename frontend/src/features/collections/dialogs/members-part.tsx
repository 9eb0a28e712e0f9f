import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import IconButton from "@mui/material/IconButton";
import Typography from "@mui/material/Typography";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { X } from "lucide-react";
import { type FormEvent, useState } from "react";
import { api, unwrap } from "@/api/client";
import { messageOf } from "@/api/problem";
import type { CollectionMember } from "@/api/types";
import { FilterSelect } from "@/ui/filter-select";
import { TextField } from "@/ui/text-field";
import { useToast } from "@/ui/toast";
import { Tooltip } from "@/ui/tooltip";
import { leaveCollection } from "../mutations";
import { collectionKeys, inPath, membersQuery } from "../queries";

type Role = CollectionMember["role"];

const ROLES = [
  { value: "viewer", label: "Can view" },
  { value: "editor", label: "Can edit" },
] as const;

/** The users with whom a collection is shared: add some, change what they may do, remove them. */
export function MembersPart({ id }: { readonly id: number }) {
  const members = useQuery(membersQuery(id)).data?.items ?? [];
  const { set, remove } = useMemberChanges(id);
  const [username, setUsername] = useState("");
  const [role, setRole] = useState<Role>("viewer");
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (username.trim() === "") return;
    set.mutate({ username: username.trim(), role }, { onSuccess: () => setUsername("") });
  };
  return (
    <Box component="section" sx={{ display: "grid", gap: 1.5 }}>
      <Typography variant="h3" component="h3">
        Members
      </Typography>
      <Box component="form" onSubmit={add} sx={{ display: "flex", flexWrap: "wrap", gap: 1.5 }}>
        <TextField
          label="Username"
          size="small"
          value={username}
          onChange={(event) => setUsername(event.target.value)}
          autoComplete="off"
          sx={{ flex: "1 1 160px" }}
          slotProps={{ htmlInput: { maxLength: 63 } }}
        />
        <FilterSelect
          label="May"
          value={role}
          options={ROLES}
          width={120}
          onChange={(value) => value && setRole(value)}
        />
        <Button type="submit" variant="outlined" disabled={username.trim() === ""} loading={set.isPending}>
          Add
        </Button>
      </Box>
      {members.length === 0 ? (
        <Typography variant="body2" sx={{ color: "text.secondary" }}>
          Only you see this collection. Members who can edit also add and remove images.
        </Typography>
      ) : (
        <Box
          component="ul"
          aria-label="Members"
          sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1 }}
        >
          {members.map((member) => (
            <Box key={member.user_id} component="li" sx={{ display: "flex", alignItems: "center", gap: 1.5 }}>
              <Typography noWrap sx={{ flex: 1, minWidth: 0, fontWeight: 600 }}>
                {member.username}
              </Typography>
              <FilterSelect
                label={`May: ${member.username}`}
                value={member.role}
                options={ROLES}
                width={120}
                onChange={(value) => value && set.mutate({ username: member.username, role: value })}
              />
              <Tooltip title={`Remove ${member.username}`}>
                <IconButton onClick={() => remove.mutate(member)}>
                  <X size={18} aria-hidden />
                </IconButton>
              </Tooltip>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

function useMemberChanges(id: number) {
  const client = useQueryClient();
  const toast = useToast();
  const options = {
    onError: (error: unknown) => toast({ message: messageOf(error), severity: "error" } as const),
    onSettled: () => client.invalidateQueries({ queryKey: collectionKeys.all }),
  };
  const set = useMutation({
    mutationFn: (body: { username: string; role: Role }) =>
      unwrap(api.POST("/api/v1/collections/{collection_id}/members", { params: inPath(id), body })),
    ...options,
  });
  const remove = useMutation({
    mutationFn: (member: CollectionMember) => leaveCollection(id, member.user_id),
    ...options,
    onSuccess: (_answer, { username, role }) => {
      const undo = () => set.mutate({ username, role });
      toast({ message: `No longer shared with ${username}`, action: { label: "Undo", run: undo } });
    },
  });
  return { set, remove };
}
