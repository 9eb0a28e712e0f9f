import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { Workflow, WorkflowVersionSummary } from "@/api/types";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { useRestoreVersion } from "../queries";

interface VersionRowProps {
  readonly workflow: Workflow;
  readonly version: WorkflowVersionSummary;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
}

/** A version: who made it, when and why; its changes can be shown, and it can be restored. */
export function VersionRow({ workflow, version, isSelected, onSelect }: VersionRowProps) {
  const { number, note, created_by, created_at } = version;
  const isNewest = number === workflow.latest_version;
  return (
    <RecordListItem
      title={
        <Box component="span" sx={{ display: "inline-flex", alignItems: "center", gap: 1 }}>
          {`Version ${number}`}
          {isNewest ? <Chip size="small" color="primary" variant="outlined" label="Newest" /> : null}
        </Box>
      }
      detail={
        <>
          {note === "" ? null : <Box sx={{ color: "text.primary" }}>{note}</Box>}
          <Box>
            {created_by} · <TimeAgo at={created_at} />
          </Box>
        </>
      }
      action={
        <Box sx={{ display: "flex", flexWrap: "wrap", justifyContent: "flex-end", gap: 0.5 }}>
          {number === 1 && isNewest ? null : (
            <Button
              size="small"
              variant={isSelected ? "outlined" : "text"}
              aria-pressed={isSelected}
              aria-label={`Show changes of version ${number}`}
              onClick={onSelect}
            >
              Changes
            </Button>
          )}
          {isNewest || !workflow.may_change ? null : <RestoreButton workflow={workflow} number={number} />}
        </Box>
      }
    />
  );
}

function RestoreButton({ workflow, number }: { readonly workflow: Workflow; readonly number: number }) {
  const [isAsking, setIsAsking] = useState(false);
  const restore = useRestoreVersion();
  const toast = useToast();
  const newNumber = workflow.latest_version + 1;
  return (
    <>
      <Button size="small" aria-label={`Restore version ${number}`} onClick={() => setIsAsking(true)}>
        Restore
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Restore version ${number}?`}
        verb="Restore"
        isPending={restore.isPending}
        onClose={() => setIsAsking(false)}
        onConfirm={() =>
          restore.mutate(
            { id: workflow.id, number },
            {
              onSuccess: () =>
                toast({
                  message: `Version ${newNumber} is a copy of version ${number}`,
                  severity: "success",
                }),
              onError: (error) => toast({ message: messageOf(error), severity: "error" }),
              onSettled: () => setIsAsking(false),
            },
          )
        }
      >
        {`Graph and form of version ${number} become version ${newNumber}. No version is deleted.`}
      </ConfirmDialog>
    </>
  );
}
