import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import { formatCount } from "@/lib/format";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Panel } from "@/ui/panel";
import { ProblemState } from "@/ui/problem-state";
import { useToast } from "@/ui/toast";
import { cleanupQuery, useCleanUp } from "./queries";
import { RulesTable } from "./rules-table";
import { UserLimits } from "./user-limits";

/** What the clean-up would remove, and what users may store. */
export function StorageTab() {
  return (
    <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
      <CleanupPanel />
      <UserLimits />
    </Box>
  );
}

function CleanupPanel() {
  const query = useQuery(cleanupQuery);
  const cleanUp = useCleanUp();
  const toast = useToast();
  const [isAsking, setIsAsking] = useState(false);
  if (query.isPending) return <Skeleton variant="rounded" height={320} />;
  if (query.data === undefined) {
    return <ProblemState error={query.error} onRetry={() => void query.refetch()} />;
  }
  const { rules } = query.data;
  const total = rules.reduce((sum, { count }) => sum + count, 0);
  const run = () =>
    cleanUp.mutate(undefined, {
      onSuccess: (counts) => {
        const removed = [...counts.values()].reduce((sum, count) => sum + count, 0);
        toast({ message: `${formatCount(removed)} rows cleaned up`, severity: "success" });
      },
      onError: (error) => toast({ message: messageOf(error), severity: "error" }),
      onSettled: () => setIsAsking(false),
    });
  return (
    <Panel
      title="Clean-up"
      description="Workers clean up every hour. Images are moved to the trash; everything else is deleted for good. The settings decide what expires."
      action={
        <Button
          variant="outlined"
          disabled={total === 0 || cleanUp.isPending}
          onClick={() => setIsAsking(true)}
        >
          Clean up now
        </Button>
      }
    >
      <Box sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 2 }}>
        <Typography>
          {total === 0 ? "Nothing has expired." : `${formatCount(total)} rows have expired.`}
        </Typography>
        <RulesTable rules={rules} />
      </Box>
      <ConfirmDialog
        isOpen={isAsking}
        title={`Clean up ${formatCount(total)} rows?`}
        verb="Clean up"
        isPending={cleanUp.isPending}
        onConfirm={run}
        onClose={() => setIsAsking(false)}
      >
        Images can be restored from the trash. Everything else is deleted for good.
      </ConfirmDialog>
    </Panel>
  );
}
