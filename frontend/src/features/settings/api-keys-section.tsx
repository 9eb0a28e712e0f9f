import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { messageOf } from "@/api/problem";
import type { ApiKey } from "@/api/types";
import { formatDateTime } from "@/lib/format";
import { ConfirmDialog } from "@/ui/confirm-dialog";
import { Panel } from "@/ui/panel";
import { RecordList, RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { NewKeyDialog } from "./new-key-dialog";
import { apiKeysQuery, useRevokeApiKey } from "./queries";

/** API keys of the user. */
export function ApiKeysSection() {
  const query = useQuery(apiKeysQuery);
  const [isCreating, setIsCreating] = useState(false);
  const [revoked, setRevoked] = useState<ApiKey | null>(null);
  const revoke = useRevokeApiKey();
  const toast = useToast();
  return (
    <Panel
      title="API keys"
      description="For scripts and programs that use the API as you."
      action={
        <Button size="small" startIcon={<Plus size={16} aria-hidden />} onClick={() => setIsCreating(true)}>
          New key
        </Button>
      }
    >
      <RecordList query={query} empty="No API keys yet.">
        {(query.data?.items ?? []).map((key) => (
          <RecordListItem
            key={key.id}
            title={key.name}
            detail={
              <>
                {key.prefix}… · {key.scopes.join(", ")} ·{" "}
                {key.last_used_at === null ? (
                  "never used"
                ) : (
                  <>
                    used <TimeAgo at={key.last_used_at} />
                  </>
                )}
                {key.expires_at === null ? "" : ` · expires ${formatDateTime(key.expires_at)}`}
              </>
            }
            action={
              <Button size="small" color="inherit" onClick={() => setRevoked(key)}>
                Revoke
              </Button>
            }
          />
        ))}
      </RecordList>
      {isCreating ? <NewKeyDialog onClose={() => setIsCreating(false)} /> : null}
      <ConfirmDialog
        isOpen={revoked !== null}
        title={`Revoke “${revoked?.name ?? ""}”?`}
        verb="Revoke"
        isPending={revoke.isPending}
        onClose={() => setRevoked(null)}
        onConfirm={() =>
          revoke.mutate(revoked?.id ?? 0, {
            onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            onSettled: () => setRevoked(null),
          })
        }
      >
        Programs that use this key lose access at once.
      </ConfirmDialog>
    </Panel>
  );
}
