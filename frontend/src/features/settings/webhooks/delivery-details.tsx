import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { WebhookDelivery, WebhookTry } from "@/api/types";
import { formatExactTime, formatSeconds } from "@/lib/format";
import { CopyButton } from "@/ui/copy-button";
import { ProblemState } from "@/ui/problem-state";
import { deliveryQuery } from "./queries";

interface DeliveryDetailsProps {
  readonly id: string;
  readonly delivery: WebhookDelivery;
}

/** The payload, which is the same for every attempt, and the start of each response. */
export function DeliveryDetails({ id, delivery }: DeliveryDetailsProps) {
  const query = useQuery(deliveryQuery(delivery));
  return (
    <Box
      id={id}
      sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5, pl: { xs: 0, sm: 5 }, pb: 1 }}
    >
      {query.isPending ? <Skeleton variant="rounded" height={96} /> : null}
      {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data === undefined ? null : (
        <>
          <Part
            title={`Message ${delivery.message_id}`}
            action={<CopyButton text={query.data.payload} label="Copy payload" />}
          >
            <Text label="Payload">{indented(query.data.payload)}</Text>
          </Part>
          {query.data.tries.map((one) => (
            <Part key={one.at} title={responseOf(one)}>
              {one.excerpt ? <Text label="Start of the response">{one.excerpt}</Text> : null}
            </Part>
          ))}
        </>
      )}
    </Box>
  );
}

function responseOf({ at, status_code, error, duration_ms }: WebhookTry): string {
  const parts = [status_code === null ? null : `Response ${status_code}`, error].filter(
    (part) => part !== null,
  );
  return `${formatExactTime(at)} · ${parts.join(" · ") || "No response"} · ${formatSeconds(duration_ms / 1000)}`;
}

/** Return JSON with indentation, any other text unchanged. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

interface PartProps {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function Part({ title, action, children }: PartProps) {
  return (
    <div>
      <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 1 }}>
        <Typography variant="caption" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
          {title}
        </Typography>
        {action}
      </Box>
      {children}
    </div>
  );
}

/** Preformatted text that can scroll and therefore takes the focus. */
function Text({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <Box
      component="pre"
      role="group"
      aria-label={label}
      tabIndex={0}
      sx={{
        m: 0,
        p: 1.25,
        maxHeight: 220,
        overflow: "auto",
        borderRadius: "10px",
        bgcolor: "action.hover",
        fontFamily: "monospace",
        fontSize: "0.8rem",
        whiteSpace: "pre-wrap",
        overflowWrap: "anywhere",
      }}
    >
      {children}
    </Box>
  );
}
