import Button from "@mui/material/Button";
import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import { useState } from "react";
import { Panel } from "@/ui/panel";
import { RecordList } from "@/ui/record-list";
import { NewWebhookDialog } from "./new-webhook-dialog";
import { webhooksQuery } from "./queries";
import { WebhookItem } from "./webhook-item";

/** The webhooks of the user. */
export function WebhooksSection() {
  const query = useQuery(webhooksQuery);
  const [isCreating, setIsCreating] = useState(false);
  return (
    <Panel
      title="Webhooks"
      description="URLs called when your jobs finish, whether notifications are on or off."
      action={
        <Button
          size="small"
          startIcon={<Plus size={16} aria-hidden />}
          onClick={() => setIsCreating(true)}
          sx={{ flex: "none" }}
        >
          New webhook
        </Button>
      }
    >
      <RecordList query={query} empty="No webhooks yet.">
        {(query.data ?? []).map((webhook) => (
          <WebhookItem key={webhook.id} webhook={webhook} />
        ))}
      </RecordList>
      {isCreating ? <NewWebhookDialog onClose={() => setIsCreating(false)} /> : null}
    </Panel>
  );
}
