import Button from "@mui/material/Button";
import DialogActions from "@mui/material/DialogActions";
import DialogContent from "@mui/material/DialogContent";
import DialogTitle from "@mui/material/DialogTitle";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Send } from "lucide-react";
import { useId } from "react";
import { messageOf } from "@/api/problem";
import type { Webhook } from "@/api/types";
import { LoadMore } from "@/ui/load-more";
import { Dialog } from "@/ui/overlays";
import { RecordList } from "@/ui/record-list";
import { useToast } from "@/ui/toast";
import { DeliveryItem } from "./delivery-item";
import { deliveriesQuery, useTestWebhook } from "./queries";

interface DeliveriesDialogProps {
  readonly webhook: Webhook;
  readonly name: string;
  readonly onClose: () => void;
}

/** The deliveries of a webhook and their responses. Sends tests and repeats deliveries. */
export function DeliveriesDialog({ webhook, name, onClose }: DeliveriesDialogProps) {
  const titleId = useId();
  const query = useInfiniteQuery(deliveriesQuery(webhook.id));
  const test = useTestWebhook();
  const toast = useToast();
  const deliveries = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="sm" fullWidth>
      <DialogTitle id={titleId} sx={{ overflowWrap: "anywhere" }}>
        {name}
      </DialogTitle>
      <DialogContent sx={{ minHeight: 240 }}>
        <RecordList query={query} empty="No deliveries yet.">
          {deliveries.map((delivery) => (
            <DeliveryItem key={delivery.id} delivery={delivery} canSend={webhook.is_enabled} />
          ))}
        </RecordList>
        <LoadMore query={query} />
      </DialogContent>
      <DialogActions sx={{ px: 3, pb: 2.5 }}>
        <Button color="inherit" onClick={onClose}>
          Close
        </Button>
        <Button
          variant="contained"
          startIcon={<Send size={16} aria-hidden />}
          loading={test.isPending}
          disabled={!webhook.is_enabled}
          onClick={() =>
            test.mutate(webhook.id, {
              onError: (error) => toast({ message: messageOf(error), severity: "error" }),
            })
          }
        >
          Send test
        </Button>
      </DialogActions>
    </Dialog>
  );
}
