import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Chip from "@mui/material/Chip";
import IconButton from "@mui/material/IconButton";
import { ChevronDown, ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { messageOf } from "@/api/problem";
import type { WebhookDelivery } from "@/api/types";
import { RecordListItem } from "@/ui/record-list";
import { TimeAgo } from "@/ui/time-ago";
import { useToast } from "@/ui/toast";
import { DeliveryDetails } from "./delivery-details";
import { useRedeliver } from "./queries";

const APPEARANCES = {
  pending: { label: "Pending", color: "default" },
  delivered: { label: "Delivered", color: "success" },
  failed: { label: "Failed", color: "error" },
} as const satisfies Record<WebhookDelivery["status"], object>;

interface DeliveryItemProps {
  readonly delivery: WebhookDelivery;
  readonly canSend: boolean;
}

/** A delivery and its status. Expands to the payload and the response of each attempt. */
export function DeliveryItem({ delivery, canSend }: DeliveryItemProps) {
  const detailsId = useId();
  const [isOpen, setIsOpen] = useState(false);
  const { color, label } = APPEARANCES[delivery.status];
  const Arrow = isOpen ? ChevronDown : ChevronRight;
  return (
    <RecordListItem
      start={
        <IconButton
          size="small"
          aria-label={`Details of ${delivery.event} ${delivery.id}`}
          aria-expanded={isOpen}
          aria-controls={isOpen ? detailsId : undefined}
          onClick={() => setIsOpen(!isOpen)}
        >
          <Arrow size={16} aria-hidden />
        </IconButton>
      }
      title={delivery.event}
      detail={<Summary delivery={delivery} />}
      action={
        <Box
          sx={{ display: "flex", flexDirection: { xs: "column", sm: "row" }, alignItems: "center", gap: 1 }}
        >
          <Chip size="small" variant="outlined" color={color} label={label} />
          <SendAgain delivery={delivery} canSend={canSend} />
        </Box>
      }
      below={isOpen ? <DeliveryDetails id={detailsId} delivery={delivery} /> : undefined}
    />
  );
}

function Summary({ delivery }: Pick<DeliveryItemProps, "delivery">) {
  return (
    <>
      <TimeAgo at={delivery.created_at} /> · {delivery.tries} {delivery.tries === 1 ? "attempt" : "attempts"}
      {delivery.status_code === null ? "" : ` · response ${delivery.status_code}`}
      {delivery.error === null ? "" : ` · ${delivery.error}`}
      {delivery.status === "pending" && delivery.tries > 0 ? (
        <>
          {" "}
          · next attempt <TimeAgo at={delivery.due_at} />
        </>
      ) : null}
    </>
  );
}

function SendAgain({ delivery, canSend }: DeliveryItemProps) {
  const again = useRedeliver();
  const toast = useToast();
  return (
    <Button
      size="small"
      color="inherit"
      disabled={delivery.status === "pending" || !canSend || again.isPending}
      onClick={() =>
        again.mutate(
          { webhookId: delivery.webhook_id, deliveryId: delivery.id },
          { onError: (error) => toast({ message: messageOf(error), severity: "error" }) },
        )
      }
    >
      Send again
    </Button>
  );
}
